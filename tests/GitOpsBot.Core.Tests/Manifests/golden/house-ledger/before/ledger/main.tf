module "ledger" {
  source = "./modules/service"
  image  = "ghcr.io/acme/ledger:1.3.0"
  client_image = "ghcr.io/acme/checkout:1.0.0@sha256:0a1b2c3d0a1b2c3d0a1b2c3d0a1b2c3d0a1b2c3d0a1b2c3d0a1b2c3d0a1b2c3d"
}
