module "catalog" {
  source = "./modules/service"
  image  = "ghcr.io/acme/catalog:1.1.0"
  client_image = "ghcr.io/acme/checkout:1.0.0@sha256:0a1b2c3d0a1b2c3d0a1b2c3d0a1b2c3d0a1b2c3d0a1b2c3d0a1b2c3d0a1b2c3d"
}
