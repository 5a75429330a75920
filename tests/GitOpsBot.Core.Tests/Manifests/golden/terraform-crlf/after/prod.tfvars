region         = "eu-west-1"
checkout_image = "ghcr.io/acme/checkout:2.0.0@sha256:fedcba98fedcba98fedcba98fedcba98fedcba98fedcba98fedcba98fedcba98"
images = {
  checkout = "ghcr.io/acme/checkout@sha256:fedcba98fedcba98fedcba98fedcba98fedcba98fedcba98fedcba98fedcba98"
  cart     = "ghcr.io/acme/cart:1.0.0"
}
