#!/usr/bin/env bash
# Installs the system packages that are missing, with apt-get where that is possible; else says the exact command.
# usage: scripts/setup.sh build|run|test|database ...
set -euo pipefail

packages_for() {
  case "$1" in
    build) echo "libpq-dev libsqlite3-dev libzstd-dev pkg-config zlib1g-dev" ;; # PostgreSQL; GRDB; zstd and gzip layers
    run) echo "ca-certificates crun iproute2 tzdata" ;; # what an image carries; the local cluster's pods
    test) echo "aardvark-dns buildah busybox-static curl docker-registry jq netavark nodejs openssl podman procps prometheus python3 skopeo sqlite3 umoci wrk" ;; # real peers the tests compare with
    database) echo "openssl postgresql" ;; # a real server for EpisodicMemory's tests
    *) echo "setup.sh: unknown group '$1' (build, run, test, database)" >&2; return 2 ;;
  esac
}

# References from PyPI that tests compare with; where they cannot be had, those tests are skipped and say so.
install_references() {
  python3 -m pip --version >/dev/null 2>&1 || return 0
  python3 -c 'import cvss, cyclonedx.validation.json, jsonschema, packaging, spdx_tools.spdx' 2>/dev/null && return 0
  PIP_BREAK_SYSTEM_PACKAGES=1 python3 -m pip install --quiet \
    cvss 'cyclonedx-python-lib[validation]' packaging spdx-tools >&2 || true
}

[ $# -gt 0 ] || { echo "usage: scripts/setup.sh build|run|test|database ..." >&2; exit 2; }
missing=()
for group in "$@"; do
  packages=$(packages_for "$group")
  [ "$group" != test ] || install_references
  for package in $packages; do
    status=$(dpkg-query --show --showformat='${db:Status-Status}' "$package" 2>/dev/null || true)
    [ "$status" = installed ] && continue
    # node may be there without Debian's package.
    [ "$package" = nodejs ] && command -v node >/dev/null && continue
    missing+=("$package")
  done
done
[ ${#missing[@]} -gt 0 ] || exit 0

if ! command -v apt-get >/dev/null; then
  echo "Missing system packages (their names on Debian): ${missing[*]}" >&2
  echo "next: install them with this system's package manager and run the command again" >&2
  exit 3
fi
as_root=()
if [ "$(id -u)" -ne 0 ]; then
  if command -v sudo >/dev/null && sudo -n true 2>/dev/null; then
    as_root=(sudo -n)
  else
    echo "Missing system packages: ${missing[*]}" >&2
    echo "next: sudo apt-get install --yes --no-install-recommends ${missing[*]}" >&2
    exit 3
  fi
fi
echo "Installing ${missing[*]}" >&2
# Two jobs of a run may get here at once: apt waits for the other's lock.
"${as_root[@]}" apt-get update -qq -o DPkg::Lock::Timeout=300 >&2
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install --yes -qq --no-install-recommends \
  -o DPkg::Lock::Timeout=300 "${missing[@]}" >&2
