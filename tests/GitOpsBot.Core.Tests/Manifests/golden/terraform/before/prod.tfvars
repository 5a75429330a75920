region         = "eu-west-1"
checkout_image = "ghcr.io/acme/checkout:1.0.0@sha256:0a1b2c3d0a1b2c3d0a1b2c3d0a1b2c3d0a1b2c3d0a1b2c3d0a1b2c3d0a1b2c3d"
images = {
  checkout = "ghcr.io/acme/checkout@sha256:0a1b2c3d0a1b2c3d0a1b2c3d0a1b2c3d0a1b2c3d0a1b2c3d0a1b2c3d0a1b2c3d"
  cart     = "ghcr.io/acme/cart:1.0.0"
}
