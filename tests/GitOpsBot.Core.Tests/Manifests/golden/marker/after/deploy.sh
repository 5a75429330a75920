#!/bin/sh
set -eu
# gitopsbot: checkout
image="ghcr.io/acme/checkout:2.0.0@sha256:fedcba98fedcba98fedcba98fedcba98fedcba98fedcba98fedcba98fedcba98"
helm upgrade checkout ./chart --set image="$image"
