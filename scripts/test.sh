#!/usr/bin/env bash
# Sets up what is missing and passes every test: lint, Slipway's tests, EpisodicMemory's tests.
set -euo pipefail
cd "$(dirname "$0")/.."

./scripts/setup.sh build run test

echo "== Lint"
swift format lint --strict --recursive --parallel Package.swift Sources Tests \
  EpisodicMemory/Package.swift EpisodicMemory/Sources EpisodicMemory/Tests
if command -v shellcheck >/dev/null; then shellcheck scripts/*.sh .ci/run; fi

echo "== Slipway"
swift build --build-tests
# Tests that start clusters, containers and load run one after the other: each needs the machine's processors.
heavy='LocalClusterTests|EndToEndTests'
swift test --skip-build --skip "$heavy"
swift test --skip-build --no-parallel --filter "$heavy"

echo "== EpisodicMemory"
swift test --package-path EpisodicMemory --parallel
