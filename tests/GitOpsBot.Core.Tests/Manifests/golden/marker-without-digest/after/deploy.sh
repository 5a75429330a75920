#!/bin/sh
# gitopsbot: checkout
docker run --rm ghcr.io/acme/checkout:2.0.0@sha256:fedcba98fedcba98fedcba98fedcba98fedcba98fedcba98fedcba98fedcba98 migrate
