#!/usr/bin/env bash
# Deploys by hand. It only forwards to `slipway deploy`, which does the work.
set -euo pipefail
cd "$(dirname "$0")/.."

usage() {
  cat <<'TEXT'
usage: scripts/deploy.sh --env staging|production [--tag TAG] [--dry-run] [--rollback [--to REVISION]] [--status]

  --env ENV        the environment: staging or production
  --tag TAG        what to deploy (default: develop for staging, the highest version tag for production)
  --dry-run        show what would change, and change nothing
  --rollback       return to the last verified release before the one that runs
  --to REVISION    with --rollback: return to this revision of the Deployment
  --status         show what runs

All other options of `slipway deploy` may be given too: --image, --yes, --watch, --wait, --take-over, --json.
SLIPWAY names the slipway command to use.
TEXT
}

for argument in "$@"; do
  case "$argument" in
    --help | -h) usage; exit 0 ;;
  esac
done
if [ $# -eq 0 ]; then
  usage >&2
  exit 2
fi

# The command that is told, that is installed, or that was built here; else it is built.
if [ -n "${SLIPWAY:-}" ]; then
  slipway=$SLIPWAY
elif ! slipway=$(command -v slipway); then
  slipway=
  for candidate in .build/release/slipway .build/debug/slipway; do
    if [ -x "$candidate" ]; then
      slipway=$candidate
      break
    fi
  done
  if [ -z "$slipway" ]; then
    if ! command -v swift >/dev/null; then
      echo "deploy.sh: there is no slipway command, and no Swift to build it with" >&2
      echo "next: install Swift 6.2 or newer from https://www.swift.org/install, or set SLIPWAY=/path/to/slipway" >&2
      exit 3
    fi
    swift build --configuration release --product slipway >&2
    slipway=.build/release/slipway
  fi
fi
exec "$slipway" deploy "$@"
