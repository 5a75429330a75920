#!/bin/sh
# gitopsbot: checkout
docker run --rm ghcr.io/acme/checkout:1.0.0 migrate
