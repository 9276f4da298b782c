#!/usr/bin/env python3
"""Writes an OSV database as a ZIP file: 50,000 advisories, a third of them about packages of a Debian root.

usage: advisories.py ROOT OUTPUT.zip [COUNT]
"""
import json
import random
import sys
import zipfile

root, output = sys.argv[1], sys.argv[2]
count = int(sys.argv[3]) if len(sys.argv) > 3 else 50_000
random.seed(7)

sources = set()
for paragraph in open(f"{root}/var/lib/dpkg/status", encoding="utf-8").read().split("\n\n"):
    fields = dict(line.split(": ", 1) for line in paragraph.splitlines() if ": " in line and line[0] != " ")
    if "Package" in fields:
        sources.add(fields.get("Source", fields["Package"]).split(" ")[0])
sources = sorted(sources)

vectors = [
    "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", "CVSS:3.1/AV:L/AC:L/PR:L/UI:N/S:U/C:H/I:N/A:N",
    "CVSS:3.1/AV:N/AC:H/PR:N/UI:R/S:U/C:N/I:L/A:N",
]
others = [("PyPI", "ECOSYSTEM"), ("npm", "SEMVER"), ("Go", "SEMVER"), ("crates.io", "SEMVER"), ("Debian:12", "ECOSYSTEM")]

with zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED) as archive:
    for number in range(count):
        if number % 3 == 0:
            ecosystem, kind, name = "Debian:12", "ECOSYSTEM", random.choice(sources)
            # Most are repaired in what is installed, as they are in a system that is kept up to date.
            fixed = "99:1.0-1" if random.random() < 0.02 else "0.0.1-1"
        else:
            ecosystem, kind = random.choice(others)
            name, fixed = f"package-{random.randrange(20_000)}", f"{random.randrange(9)}.{random.randrange(9)}.0"
        record = {
            "schema_version": "1.6.0", "id": f"BENCH-2026-{number}", "modified": "2026-11-01T00:00:00Z",
            "published": "2026-01-01T00:00:00Z", "aliases": [f"CVE-2026-{number}"], "summary": "A flaw " * 10,
            "details": "What the flaw is, where it lies and whom it touches. " * 20,
            "severity": [{"type": "CVSS_V3", "score": random.choice(vectors)}],
            "affected": [{
                "package": {"ecosystem": ecosystem, "name": name},
                "ranges": [{"type": kind, "events": [{"introduced": "0"}, {"fixed": fixed}]}],
                "versions": [f"1.{minor}.0" for minor in range(10)],
            }],
            "references": [{"type": "WEB", "url": f"https://example.com/{number}/{link}"} for link in range(5)],
        }
        archive.writestr(f"{ecosystem.split(':')[0]}/{record['id']}.json", json.dumps(record))
