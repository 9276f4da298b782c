#!/usr/bin/env bash
# Builds the service and its OCI image; prints the image's digest.
# usage: scripts/build-image.sh [arguments of `slipway image build`, such as --tag NAME]
set -euo pipefail
cd "$(dirname "$0")/.."
package=EpisodicMemory
product=episodic-memory-api

# In a run of Slipway's the build folder is one for all jobs and outlives their workspaces: Swift's build products hold
# absolute paths, so a cache that is restored in another job's workspace would be useless.
scratch=${SLIPWAY_DIR:+$SLIPWAY_DIR/build/$product}
build=(swift build --scratch-path "${scratch:-$package/.build}" --package-path "$package" --configuration release --static-swift-stdlib --product "$product" -Xlinker -s)
"${build[@]}" >&2
binaries=$("${build[@]}" --show-bin-path)
slipway image build --name localhost/episodic-memory-api --executable "$binaries/$product" \
  --swift-package "$package" --port 8000 --env DATA_DIR=/data --directory /data \
  --print digest "$@"
