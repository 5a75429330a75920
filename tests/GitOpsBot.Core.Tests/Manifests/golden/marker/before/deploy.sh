#!/bin/sh
set -eu
# gitopsbot: checkout
image="ghcr.io/acme/checkout:1.0.0@sha256:0a1b2c3d0a1b2c3d0a1b2c3d0a1b2c3d0a1b2c3d0a1b2c3d0a1b2c3d0a1b2c3d"
helm upgrade checkout ./chart --set image="$image"
