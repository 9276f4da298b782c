"""A day's work of an operator and two agents, done by a client that knows nothing but /openapi.json.

usage: day.py BASE_URL ADMIN_KEY
"""

import sys
import threading

import requests

base, admin_key = sys.argv[1], sys.argv[2]
document = requests.get(base + "/openapi.json", timeout=10).json()


class Client:
    """Calls operations by their id and holds each answer against what the document promises."""

    def __init__(self, key):
        self.session = requests.Session()
        self.session.headers["Authorization"] = f"Bearer {key}"
        self.operations = {
            operation["operationId"]: (method, path, operation)
            for path, methods in document["paths"].items()
            for method, operation in methods.items()
        }

    def call(self, identifier, expected, body=None, query=None, data=None, **parameters):
        method, path, operation = self.operations[identifier]
        for name, value in parameters.items():
            path = path.replace("{" + name + "}", value)
        headers = {}
        if data is not None:
            headers["Content-Type"] = next(iter(operation["requestBody"]["content"]))
        answer = self.session.request(
            method, base + path, json=body, params=query, data=data, headers=headers, timeout=30
        )
        assert answer.status_code == expected, f"{identifier}: {answer.status_code} {answer.text}"
        promised = operation["responses"][str(expected)].get("content", {})
        if "application/json" not in promised:
            return answer.content
        assert answer.headers["Content-Type"] == "application/json"
        value = answer.json()
        check(value, promised["application/json"]["schema"], identifier)
        return value


def check(value, schema, where):
    """As much of JSON Schema as the answers use."""
    if "$ref" in schema:
        schema = document["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]]
    kinds = {"object": dict, "array": list, "string": str, "integer": int, "number": (int, float), "boolean": bool}
    assert isinstance(value, kinds[schema["type"]]), f"{where}: {value!r} is no {schema['type']}"
    if "enum" in schema:
        assert value in schema["enum"], f"{where}: {value!r}"
    if isinstance(value, list):
        for element in value:
            check(element, schema["items"], where)
    if isinstance(value, dict) and "properties" in schema:
        missing = set(schema["required"]) - set(value)
        unknown = set(value) - set(schema["properties"])
        assert not missing and not unknown, f"{where}: missing {missing}, unknown {unknown}"
        for name, member in value.items():
            check(member, schema["properties"][name], f"{where}.{name}")


operator = Client(admin_key)
customer = operator.call("postCustomers", 201, {"name": "Night shift", "monthly_quota": 100000})
key = operator.call("postCustomersIdKeys", 201, {"name": "agents"}, id=customer["id"])
agent = Client(key["key"])

# Morning: something fails, and is written down with what was found out.
failure = agent.call(
    "postCapture",
    201,
    {
        "episode_type": "failure",
        "goal": "Roll out the invoice service to staging",
        "actions_taken": ["kubectl apply -f invoice.yaml"],
        "error_class": "CrashLoopBackOff",
        "error_trace": "panic: missing INVOICE_DSN, called by ops@example.com",
        "tool_chain": ["kubectl"],
        "environment_info": {"cluster": "staging", "version": 3},
        "tags": ["rollout"],
        "idempotency_key": "morning-1",
    },
)
again = {"episode_type": "failure", "goal": "Roll out the invoice service to staging"}
agent.call("postCapture", 409, {**again, "idempotency_key": "morning-1"})

# Noon: another agent is about to do the same.
advice = agent.call(
    "postReflect",
    200,
    {
        "goal": "Roll out the invoice service to staging",
        "action": "kubectl apply -f invoice.yaml",
        "tool": "kubectl",
        "current_state": {"cluster": "staging", "version": 3},
    },
)
assert advice["decision"] == "block", advice
assert advice["matched_failures"][0]["id"] == failure["id"]

# Afternoon: it works, many times over, from several places at once.
failures = []


def work(number):
    try:
        mine = Client(key["key"])
        for step in range(20):
            mine.call(
                "postCapture",
                201,
                {"episode_type": "success", "goal": f"Check invoice {number}-{step}", "tags": ["invoice"]},
            )
            mine.call("postSearch", 200, {"goal": "check an invoice", "k": 5, "tag": "invoice"})
    except Exception as error:  # told by the main thread
        failures.append(error)


threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
assert not failures, failures

found = agent.call("postSearch", 200, {"goal": "roll out invoices", "episode_type": "failure"})
assert [episode["id"] for episode in found["episodes"]] == [failure["id"]]
assert "ops@example.com" not in found["episodes"][0]["error_trace"]
agent.call("postEpisodesIdFeedback", 200, {"helped": True}, id=failure["id"])

# Evening: what was done today, page by page.
seen, cursor = [], None
while True:
    page = agent.call("getEpisodes", 200, query={"limit": 30, **({"cursor": cursor} if cursor else {})})
    seen += [episode["id"] for episode in page["episodes"]]
    cursor = page.get("next_cursor")
    if not cursor:
        break
assert len(seen) == len(set(seen)) == 81, len(seen)
stats = agent.call("getStats", 200)
assert stats["episodes"]["successes"] == 80 and stats["feedback"]["helped"] == 1, stats

agent.call("deleteEpisodesId", 204, id=failure["id"])
agent.call("getEpisodesId", 404, id=failure["id"])
agent.call("postCapture", 422, {"episode_type": "success"})

# Night: what the operator does before an upgrade, and should it go wrong.
snapshot = operator.call("postAdminBackup", 200)
lost = agent.call("postCapture", 201, {"episode_type": "success", "goal": "said after the snapshot"})
operator.call("postAdminRestore", 409, data=snapshot)
operator.call("postAdminMaintenance", 200, {"enabled": True})
agent.call("getStats", 503)
operator.call("postAdminRestore", 422, data=b"no snapshot")
operator.call("postAdminRestore", 200, data=snapshot)
operator.call("postAdminMaintenance", 200, {"enabled": False})
agent.call("getEpisodesId", 404, id=lost["id"])
assert agent.call("getStats", 200)["episodes"]["successes"] == 80
used = operator.call("getCustomersId", 200, id=customer["id"])
operator.call("deleteCustomersIdKeysKeyId", 204, id=customer["id"], key_id=key["key_id"])
operator.call("deleteCustomersId", 204, id=customer["id"])
print(f"a day's work: {len(seen)} episodes, {used['requests_this_month']} requests")
