module "stock" {
  source = "./modules/service"
  image  = "ghcr.io/acme/stock:1.7.0"
  client_image = "ghcr.io/acme/checkout:2.0.0@sha256:fedcba98fedcba98fedcba98fedcba98fedcba98fedcba98fedcba98fedcba98"
}
