#!/bin/bash
# Seeds EpisodicMemory with episodes over its own API, then loads it with wrk: captures, searches, seven searches to
# three captures. Figures go to the standard output. Needs wrk and curl; recall also python3 with numpy.
#
#   EPISODES=100000 SECONDS_EACH=10 CONNECTIONS=64 ./run.sh
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
package=$here/../../EpisodicMemory
episodes=${EPISODES:-100000} seconds=${SECONDS_EACH:-10} connections=${CONNECTIONS:-64} port=${PORT:-8123}
binary=${BINARY:-}
if [ -z "$binary" ]; then
    swift build --package-path "$package" -c release --scratch-path "$package/.build-release" \
        --product episodic-memory-api
    binary=$package/.build-release/release/episodic-memory-api
fi
data=$(mktemp -d)
service=
stop() { [ -z "$service" ] || { kill "$service" 2>/dev/null && wait "$service" || true; }; service=; }
trap 'stop; rm -rf "$data"' EXIT

start() { # the folder of the data
    HOST=127.0.0.1 PORT=$port DATA_DIR=$1 DRAIN_DELAY_SECONDS=0 LOG_LEVEL=warning "$binary" &
    service=$!
    for _ in $(seq 600); do
        curl -fs "http://127.0.0.1:$port/health/readiness" >/dev/null && return
        sleep 0.1
    done
    echo "the service does not become ready" >&2
    exit 1
}

stored() { curl -fs "http://127.0.0.1:$port/api/v1/stats" | sed 's/.*"total":\([0-9]*\).*/\1/'; }

load() { # captures in ten requests, seconds, more arguments
    wrk -t1 -c"$connections" -d"$2s" --timeout 30s -s "$here/load.lua" "http://127.0.0.1:$port" -- "$1" ${3:-} |
        sed -n 's/^RESULT //p'
}

start "$data/seeded"
while left=$((episodes - $(stored))); [ "$left" -gt 0 ]; do load 10 5 "$left" >/dev/null; done
stop
echo "seeded $episodes episodes over the API"
for kind in "capture 10" "search 0" "mixed 3"; do
    set -- $kind
    rm -rf "$data/run" && cp -r "$data/seeded" "$data/run"
    start "$data/run"
    load "$2" 2 >/dev/null
    echo "$1: $(load "$2" "$seconds"), resident $(awk '/VmRSS/ { print int($2 / 1024) }' "/proc/$service/status") MiB"
    stop
done
start "$data/recall"
python3 "$here/recall.py" "http://127.0.0.1:$port" "${RECALL_VECTORS:-20000}" || echo "recall was not measured"
