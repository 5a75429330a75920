image = "ghcr.io/acme/checkout:1.0.0"
