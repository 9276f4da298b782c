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
swift test --skip-build --parallel "$@"

echo "== EpisodicMemory"
swift test --package-path EpisodicMemory --parallel
