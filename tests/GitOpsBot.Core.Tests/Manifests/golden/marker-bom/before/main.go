package main

const image = "ghcr.io/acme/checkout:1.0.0@sha256:0a1b2c3d0a1b2c3d0a1b2c3d0a1b2c3d0a1b2c3d0a1b2c3d0a1b2c3d0a1b2c3d" // gitopsbot: checkout
