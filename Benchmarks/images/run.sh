#!/usr/bin/env bash
# Rebuild and push after one source file of a service has changed: Slipway against buildah with a Dockerfile that copies
# the same files, into one registry, in one run. Then the same image from two folders at two times.
# usage: Benchmarks/images/run.sh SLIPWAY BEFORE AFTER [ROUNDS]
#   SLIPWAY  a release build of slipway
#   BEFORE   the service's executable; AFTER: the same, built after the change
# needs: root (buildah's chroot isolation), buildah, docker-registry, umoci, skopeo, python3
set -euo pipefail
slipway=$(realpath "$1") before=$(realpath "$2") after=$(realpath "$3") rounds=${4:-5}
work=$(mktemp -d)
registry_process=
clean_up() {
  if [ -n "$registry_process" ]; then kill "$registry_process" 2>/dev/null || true; fi
  rm -rf "$work"
}
trap clean_up EXIT
cd "$work"
export SLIPWAY_DIR=$work/state SOURCE_DATE_EPOCH=1700000000
export BUILDAH_ISOLATION=chroot STORAGE_DRIVER=vfs CONTAINERS_STORAGE_CONF=$work/storage.conf
printf '[storage]\ndriver = "vfs"\ngraphroot = "%s/graph"\nrunroot = "%s/run"\n' "$work" "$work" > storage.conf

cat > registry.yml <<EOF
version: 0.1
storage: {filesystem: {rootdirectory: $work/registry}}
http: {addr: "127.0.0.1:0"}
EOF
docker-registry serve registry.yml > registry.log 2>&1 &
registry_process=$!
for _ in $(seq 100); do
  host=$(sed -nE 's/.*listening on (127\.0\.0\.1:[0-9]+).*/\1/p' registry.log | head -1)
  [ -n "$host" ] && break
  sleep 0.1
done

# The tree that both images hold, as Slipway puts it together.
mkdir service
cp "$before" service/api
build=("$slipway" image build --executable service/api --name localhost/api --print digest --compression)
"${build[@]}" gzip --tag tree > /dev/null 2>&1
skopeo copy --quiet "oci:state/images:localhost/api:tree" "oci:layout:tree"
umoci unpack --image layout:tree bundle > /dev/null
mkdir context
mv bundle/rootfs context/system
rm context/system/app/api
cat > context/Dockerfile <<'EOF'
FROM scratch
COPY system/ /
COPY api /app/api
USER 65532:65532
ENTRYPOINT ["/app/api"]
EOF

with_slipway() { # COMPRESSION
  "${build[@]}" "$1" --tag bench > /dev/null 2>&1
  "$slipway" image push localhost/api:bench "$host/slipway-$1:bench" --without-scan benchmark > /dev/null 2>&1
}
with_buildah() {
  cp service/api context/api
  buildah build --quiet --layers --timestamp "$SOURCE_DATE_EPOCH" --tag api context > /dev/null
  buildah push --quiet --tls-verify=false api "docker://$host/buildah:bench" > /dev/null
}
seconds() { # COMMAND...
  local start end
  start=$(date +%s%N)
  "$@"
  end=$(date +%s%N)
  python3 -c "print(f'{($end - $start) / 1e9:.3f}')"
}
# Every round changes the service: a new text in the place of the old one, as an edited string literal would give.
change() { # ROUND
  if [ $(($1 % 2)) -eq 0 ]; then cp "$before" service/api; else cp "$after" service/api; fi
  printf 'round %s' "$1" >> service/api
}

change 0
with_slipway gzip
with_slipway zstd
with_buildah
for round in $(seq "$rounds"); do
  change "$round"
  seconds with_slipway gzip >> slipway-gzip
  seconds with_slipway zstd >> slipway-zstd
  seconds with_buildah >> buildah
done

mkdir -p other/deeper/folder
first=$("${build[@]}" gzip --tag first 2> /dev/null)
cp -r service other/deeper/folder/
sleep 1.1
touch other/deeper/folder/service/api
second=$(cd other/deeper/folder && SLIPWAY_DIR=$work/second "$slipway" image build --executable service/api \
  --name localhost/api --print digest 2> /dev/null)

python3 - "$work" "$(stat -c %s service/api)" "$first" "$second" <<'EOF'
import statistics, sys
work, size, first, second = sys.argv[1:]
times = {name: [float(line) for line in open(f"{work}/{name}")] for name in ["slipway-gzip", "slipway-zstd", "buildah"]}
peer = statistics.median(times["buildah"])
print(f"executable: {int(size) / 1e6:.1f} MB; median of {len(times['buildah'])} rounds, all of them below")
for name, values in times.items():
    median = statistics.median(values)
    print(f"{name:13} {median:6.2f} s  1/{peer / median:.1f} of buildah  {values}")
print("same digest from two folders at two times:", first == second, first)
EOF
