#!/usr/bin/env bash
# Builds the service and its OCI image; prints the image's digest.
# usage: scripts/build-image.sh [arguments of `slipway image build`, such as --tag NAME]
set -euo pipefail
cd "$(dirname "$0")/.."
package=EpisodicMemory
product=episodic-memory-api

build=(swift build --package-path "$package" --configuration release --static-swift-stdlib --product "$product")
"${build[@]}" >&2
binaries=$("${build[@]}" --show-bin-path)
slipway image build --name localhost/episodic-memory-api --executable "$binaries/$product" \
  --swift-package "$package" --port 8000 --env DATA_DIR=/data --directory /data \
  --print digest "$@"
