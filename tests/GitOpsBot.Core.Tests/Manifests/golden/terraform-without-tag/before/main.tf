locals {
  image      = "ghcr.io/acme/checkout"
  repository = "ghcr.io/acme/checkout"
}
