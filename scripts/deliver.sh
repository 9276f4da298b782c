#!/usr/bin/env bash
# Takes the current commit to verified staging and production on this machine: CI, the local cluster, CD to staging,
# CD to production. Everything goes through the slipway command that it builds first.
set -euo pipefail
cd "$(dirname "$0")/.."

usage() {
  cat <<'TEXT'
usage: scripts/deliver.sh [--yes] [--watch DURATION]
       scripts/deliver.sh --down

  --yes             approve the production deployment (recorded as given by you)
  --watch DURATION  how long production's error rate is watched (default here: 20s; documented default: 5m)
  --down            stop everything this script started
TEXT
}

yes=() watch=20s down=false
while [ $# -gt 0 ]; do
  case "$1" in
    --yes) yes=(--yes) ;;
    --watch) watch=${2:?--watch needs a duration such as 5m}; shift ;;
    --down) down=true ;;
    --help | -h) usage; exit 0 ;;
    *) echo "deliver.sh: unknown option '$1'" >&2; usage >&2; exit 2 ;;
  esac
  shift
done

if ! command -v swift >/dev/null; then
  echo "deliver.sh: Swift is missing" >&2
  echo "next: install Swift 6.2 or newer from https://www.swift.org/install and run this again" >&2
  exit 3
fi

slipway=.build/debug/slipway
if $down; then
  [ -x "$slipway" ] || { echo "Nothing was started: slipway is not built."; exit 0; }
  exec "$slipway" cluster down
fi

report=()
# Runs a command, and remembers how long it took for the page at the end.
timed() {
  local name=$1 start=$SECONDS
  shift
  printf '\n== %s\n' "$name"
  "$@"
  report+=("$(printf '%-46s %4d s' "$name" $((SECONDS - start)))")
}

commit=$(git rev-parse HEAD)
[ -z "$(git status --porcelain)" ] || echo "Note: only what is committed is delivered; there are local changes beside it."
version=$(git describe --tags --exact-match --match 'v*.*.*' 2>/dev/null || echo "v0.0.0-g${commit::12}")

timed "Set up system packages" ./scripts/setup.sh build run
# The debug build: it takes half the time of a release build and is the one that the tests use.
timed "Build slipway" swift build --product slipway
timed "CI (ci.yml)" "$slipway" run .github/workflows/ci.yml --event push --committed --reuse
timed "Start the local cluster" "$slipway" cluster up
timed "CD to staging (cd.yml, push to develop)" \
  "$slipway" run .github/workflows/cd.yml --event push --ref refs/heads/develop --sha "$commit" --committed --reuse
echo
echo "Production is watched for $watch here (the documented default is 5m; choose with --watch)."
timed "CD to production (cd.yml, push of $version)" \
  "$slipway" run .github/workflows/cd.yml --event push --ref "refs/tags/$version" --sha "$commit" --committed \
  --var "WATCH_WINDOW=$watch" "${yes[@]}"

printf '\n== Delivered %s (%s)\n' "$version" "${commit::12}"
printf '  %s\n' "${report[@]}"
"$slipway" deploy --env staging --status
"$slipway" deploy --env production --status
"$slipway" cluster status
echo "Logs of every run: slipway runs; slipway logs RUN   (files: .slipway/runs)"
echo "Stop everything:   ./scripts/deliver.sh --down"
