#!/usr/bin/env bash
# Judges simulated releases by three rules, Slipway's own code among them; writes docs/watch-simulation.svg.
# usage: Benchmarks/delivery/watch-simulation.sh [RELEASES OF EACH KIND]
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
analysis="$root/Sources/Delivery/Analysis"
swiftc -O -swift-version 6 -package-name slipway -module-name Simulation -o "$out/simulation" \
  "$analysis"/Tests/*.swift "$analysis"/Watch/{ErrorRateWatch,WatchRule,WatchSignals,WatchText}.swift \
  "$analysis"/Metrics/{RequestCounter,LatencyCounter,PrometheusText}.swift \
  "$root/Sources/Delivery/Configuration/DurationText.swift" "$here/main.swift"
"$out/simulation" "$root/docs/watch-simulation.svg" "${1:-10000}"
