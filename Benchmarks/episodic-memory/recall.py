"""Recall@10 of the fast vector path: what a search by vector finds of what brute force finds.

usage: recall.py BASE_URL [COUNT]

Stores COUNT episodes with vectors in clusters, then asks for the neighbours of other vectors of the same clusters. The
goals share no word with the questions, so that vectors alone decide. Needs numpy.
"""

import json
import sys
import http.client
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

import numpy

base = urlsplit(sys.argv[1])
count = int(sys.argv[2]) if len(sys.argv) > 2 else 20_000
random = numpy.random.default_rng(1)
centers = random.normal(size=(200, 384))


def near(number):
    vectors = centers[random.integers(0, len(centers), number)] + 0.8 * random.normal(size=(number, 384))
    return (vectors / numpy.linalg.norm(vectors, axis=1, keepdims=True)).astype(numpy.float32)


def post(connection, path, body):
    connection.request("POST", path, json.dumps(body), {"Content-Type": "application/json"})
    answer = connection.getresponse()
    text = answer.read()
    assert answer.status in (200, 201), (answer.status, text[:300])
    return json.loads(text)


def store(part):
    connection = http.client.HTTPConnection(base.hostname, base.port, timeout=60)
    return [
        post(
            connection,
            "/api/v1/capture",
            {"episode_type": "failure", "goal": f"n{number}", "embedding": [float(x) for x in stored[number]]},
        )["id"]
        for number in part
    ]


stored, asked = near(count), near(200)
with ThreadPoolExecutor(8) as pool:
    ids = [id for part in pool.map(store, numpy.array_split(numpy.arange(count), 8)) for id in part]
exact = numpy.argsort(-(asked @ stored.T), axis=1)[:, :10]
connection = http.client.HTTPConnection(base.hostname, base.port, timeout=60)
found = 0
for question, best in zip(asked, exact):
    answer = post(
        connection,
        "/api/v1/search",
        {"goal": "zzz", "k": 10, "min_similarity": 0, "embedding": [float(x) for x in question]},
    )
    names = {episode["id"] for episode in answer["episodes"]}
    found += sum(ids[number] in names for number in best)
print(f"recall@10 over {count} vectors: {found / (len(asked) * 10):.4f}")
