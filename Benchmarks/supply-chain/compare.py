#!/usr/bin/env python3
"""Compares two bills of materials (CycloneDX) package by package, by type, name and version.

usage: compare.py OURS.cdx.json THEIRS.cdx.json
"""
import collections
import json
import sys
import urllib.parse


def packages(path):
    found = collections.defaultdict(set)
    pending = list(json.load(open(path, encoding="utf-8")).get("components", []))
    while pending:
        component = pending.pop()
        pending += component.get("components", [])
        purl = component.get("purl")
        if purl:
            bare = urllib.parse.unquote(purl.split("?")[0].split("#")[0])
            found[bare[4:].split("/")[0]].add(bare)
    return found


ours, theirs = packages(sys.argv[1]), packages(sys.argv[2])
for kind in sorted(set(ours) | set(theirs)):
    both = ours[kind] & theirs[kind]
    only_ours, only_theirs = sorted(ours[kind] - both), sorted(theirs[kind] - both)
    print(f"{kind}: {len(both)} in both, {len(only_ours)} only in ours, {len(only_theirs)} only in theirs")
    for name, entries in (("ours", only_ours), ("theirs", only_theirs)):
        for entry in entries[:40]:
            print(f"  only in {name}: {entry}")
        if len(entries) > 40:
            print(f"  … and {len(entries) - 40} more")
