module "catalog" {
  source = "./modules/service"
  image  = "ghcr.io/acme/catalog:1.1.0"
  client_image = "ghcr.io/acme/checkout:2.0.0@sha256:fedcba98fedcba98fedcba98fedcba98fedcba98fedcba98fedcba98fedcba98"
}
