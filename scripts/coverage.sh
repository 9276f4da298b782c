#!/usr/bin/env bash
# Reports the line coverage of a package's own sources after `swift test --enable-code-coverage`; fails below a minimum.
# usage: scripts/coverage.sh PACKAGE_DIRECTORY MINIMUM_PERCENT
set -euo pipefail
package=${1:?package directory}
minimum=${2:?minimum line coverage in percent}

cd "$package"
binaries=$(swift build --show-bin-path)
profile="$binaries/codecov/default.profdata"
bundle=$(find "$binaries" -maxdepth 1 -name '*PackageTests.xctest' | head -n 1)
if [ ! -f "$profile" ] || [ -z "$bundle" ]; then
  echo "no coverage data: run swift test --enable-code-coverage first" >&2
  exit 2
fi
# The toolchain's own llvm-cov: another version cannot read its profiles.
llvm_cov="$(dirname "$(readlink -f "$(command -v swift)")")/llvm-cov"
own_sources=(-ignore-filename-regex='(/\.build/|/Tests/|\.derived/)')

"$llvm_cov" export -format=lcov -instr-profile "$profile" "${own_sources[@]}" "$bundle" > .build/coverage.lcov
report=$("$llvm_cov" report -instr-profile "$profile" "${own_sources[@]}" "$bundle")
echo "$report"
lines=$(awk -F: '/^LF:/ { found += $2 } /^LH:/ { hit += $2 } END { if (found == 0) exit 1; printf "%.1f", 100 * hit / found }' \
  .build/coverage.lcov) || { echo "::error::the coverage report names no line of $package"; exit 1; }
echo "Line coverage of $package: $lines % (minimum $minimum %)" | tee -a "${GITHUB_STEP_SUMMARY:-/dev/null}"
awk -v lines="$lines" -v minimum="$minimum" 'BEGIN { exit !(lines >= minimum) }' ||
  { echo "::error::line coverage $lines % is below $minimum %"; exit 1; }
