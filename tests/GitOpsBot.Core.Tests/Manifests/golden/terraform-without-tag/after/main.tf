locals {
  image      = "ghcr.io/acme/checkout@sha256:fedcba98fedcba98fedcba98fedcba98fedcba98fedcba98fedcba98fedcba98"
  repository = "ghcr.io/acme/checkout"
}
