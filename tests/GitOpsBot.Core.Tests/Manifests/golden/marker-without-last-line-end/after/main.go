package main

const image = "ghcr.io/acme/checkout:2.0.0@sha256:fedcba98fedcba98fedcba98fedcba98fedcba98fedcba98fedcba98fedcba98" // gitopsbot: checkout