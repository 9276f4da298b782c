-- What agents tell of their work, made up: goals, actions and traces of some hundred services, with names, numbers and
-- identifiers that differ from episode to episode. Every request is another one.
local M = {}

local verbs = { "deploy", "roll back", "migrate", "restart", "scale", "patch", "debug", "profile", "upgrade", "test",
    "release", "configure", "monitor", "refactor", "provision", "rotate the keys of", "drain", "benchmark", "review",
    "document" }
local nouns = { "billing", "checkout", "inventory", "search", "ledger", "gateway", "mailer", "scheduler", "catalog",
    "payment", "invoice", "session", "profile", "analytics", "recommendation", "shipping", "notification", "identity",
    "audit", "report", "export", "import", "image", "video", "chat", "feed", "ranking", "pricing", "tax", "fraud" }
local kinds = { "service", "worker", "api", "database", "cache", "queue", "frontend", "pipeline", "operator", "proxy" }
local places = { "staging", "production", "the canary", "europe", "the edge", "the test cluster", "us-east", "asia" }
local errors = { "TimeoutError", "ImagePullBackOff", "CrashLoopBackOff", "ConnectionRefused", "PermissionDenied",
    "OutOfMemory", "DeadlockDetected", "SchemaMismatch", "CertificateExpired", "QuotaExceeded", "SegmentationFault",
    "NullPointer", "KeyError", "AssertionFailed", "DiskFull", "DNSFailure" }
local tools = { "kubectl", "helm", "terraform", "psql", "git", "docker", "pytest", "curl", "ansible", "make", "cargo",
    "npm", "bazel", "perf", "strace", "redis-cli" }
local causes = { "the registry credentials were missing", "a migration held a lock on the table",
    "the readiness probe looked at the wrong port", "the certificate of the peer had expired",
    "memory limits were below what the heap needs", "a feature flag was on in one region only",
    "the clock of one node was behind", "the client library retried without back-off",
    "the config map was not mounted", "an index was missing after the upgrade",
    "the load balancer kept sending traffic to draining pods", "two writers raced for one lease" }
local fixes = { "create the secret first", "run the migration with a lock timeout", "correct the port of the probe",
    "renew the certificate and restart", "raise the memory limit", "align the flag in all regions",
    "restart chrony on the node", "add jitter to the retries", "mount the config map", "create the index concurrently",
    "lengthen the drain delay", "take the lease before writing" }

local function pick(list) return list[math.random(#list)] end
local function hex(count) return string.format("%0" .. count .. "x", math.random(0, 16 ^ count - 1)) end

local function subject()
    return pick(nouns) .. " " .. pick(kinds) .. " " .. math.random(40)
end

function M.goal()
    return pick(verbs) .. " the " .. subject() .. " in " .. pick(places)
end

-- Asks in other words than the goals are told in.
function M.question()
    return "how to " .. pick(verbs) .. " " .. pick(nouns) .. " " .. pick(kinds) .. " " .. pick(places)
        .. (math.random(2) == 1 and (" after " .. pick(errors)) or "")
end

function M.capture()
    local number = math.random(#causes)
    local kind = math.random(10) <= 7 and "failure" or "success"
    local tool, other = pick(tools), pick(tools)
    local goal = M.goal()
    return string.format(
        '{"episode_type":"%s","goal":"%s","actions_taken":["%s apply -f %s-%s.yaml","%s logs --tail %d","%s status"],'
            .. '"error_class":"%s","error_trace":"%s at %s/%s.go:%d: request %s%s failed, %s",'
            .. '"tool_chain":["%s","%s"],"resolution":"%s","environment_info":{"region":"%s","nodes":%d,"version":"%d.%d"},'
            .. '"tags":["%s","%s"]}',
        kind, goal, tool, pick(nouns), hex(4), tool, math.random(500), other, pick(errors), pick(errors),
        pick(nouns), pick(kinds), math.random(900), hex(6), hex(6), causes[number], tool, other, fixes[number],
        pick(places), math.random(64), math.random(4), math.random(30), pick(nouns), pick(kinds))
end

function M.post(path, body)
    return wrk.format("POST", path, { ["Content-Type"] = "application/json" }, body)
end

return M
