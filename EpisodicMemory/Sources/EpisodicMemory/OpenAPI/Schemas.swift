/// The schemas of all bodies, by name.
enum Schemas {
    static let all: [(String, JSONValue)] = [
        ("Capture", capture), ("Captured", captured), ("Search", search), ("Found", found), ("Reflect", reflect),
        ("Verdict", verdict), ("Episode", Schema.object(episodeMembers, required: episodeRequired)),
        ("EpisodePage", episodePage), ("Feedback", feedback), ("FeedbackCounts", feedbackCounts), ("Stats", stats),
        ("NewCustomer", newCustomer), ("Customer", customer), ("CustomerPage", customerPage), ("NewKey", newKey),
        ("CreatedKey", createdKey), ("KeyList", keyList), ("Health", health), ("Maintenance", maintenance),
        ("Restored", restored),
        ("Error", error),
    ]

    private static let episodeType = Schema.choice(EpisodeType.allCases.map(\.rawValue))
    private static let unit = Schema.number(0...1)
    private static let count = Schema.integer(0...Int(Int32.max))

    private static let capture = Schema.request(
        [
            ("episode_type", episodeType),
            ("goal", Schema.text(maximum: Limits.goal, "What the agent wanted.")),
            ("actions_taken", Schema.strings(count: Limits.actions, maximum: Limits.action, "What it did, in order.")),
            ("error_trace", Schema.string(maximum: Limits.text)),
            ("error_class", Schema.string(maximum: Limits.name, "Such as TimeoutError.")),
            ("tool_chain", Schema.strings(count: Limits.tools, maximum: Limits.name, "The tools it used.")),
            ("resolution", Schema.string(maximum: Limits.text, "What got past it, or how it was done right.")),
            ("code_state_diff", Schema.string(maximum: Limits.diff)),
            ("environment_info", Schema.anything("Where it happened; compared with the current state of a search.")),
            ("tags", Schema.strings(count: Limits.tags, maximum: Limits.name)),
            ("embedding", Schema.embedding("The direction of the episode; the service makes one when there is none.")),
            (
                "idempotency_key",
                .object(
                    (Schema.string(maximum: Limits.name, "A second capture with it stores nothing.").objectValue ?? [])
                        + [.init(name: "minLength", value: 1)]
                )
            ),
        ],
        required: ["episode_type", "goal"]
    )

    private static let captured = Schema.object(
        [("id", Schema.uuid()), ("created_at", Schema.time()), ("duplicate", Schema.boolean())],
        required: ["id", "created_at", "duplicate"]
    )

    private static let search = Schema.request(
        [
            ("goal", Schema.text(maximum: Limits.goal)),
            ("current_state", Schema.anything("How things are now.")),
            ("k", Schema.integer(1...Limits.results, default: 10, "How many episodes at most.")),
            (
                "min_similarity",
                Schema.number(0...1, "Less similar ones, by words and by vector, are left out; 0.1 unless told.")
            ),
            ("episode_type", episodeType), ("error_class", Schema.string(maximum: Limits.name)),
            ("tool", Schema.string(maximum: Limits.name)), ("tag", Schema.string(maximum: Limits.name)),
            ("created_after", Schema.time("Inclusive.")), ("created_before", Schema.time("Exclusive.")),
            ("embedding", Schema.embedding("Compared with the embeddings that came with captures.")),
        ],
        required: ["goal"]
    )

    private static let scores = Schema.object(
        ["text", "vector", "precondition", "recency", "usage"].map { ($0, unit) },
        required: ["text", "vector", "precondition", "recency", "usage"]
    )

    private static let found = Schema.object(
        [
            ("count", count),
            (
                "episodes",
                Schema.array(
                    of: Schema.object(
                        episodeMembers + [("score", unit), ("similarity", unit), ("scores", scores)],
                        required: episodeRequired + ["score", "similarity", "scores"]
                    )
                )
            ),
        ],
        required: ["count", "episodes"]
    )

    private static let reflect = Schema.request(
        [
            ("action", Schema.text(maximum: Limits.action, "What the agent is about to do.")),
            ("goal", Schema.text(maximum: Limits.goal)), ("tool", Schema.string(maximum: Limits.name)),
            ("current_state", Schema.anything("How things are now.")),
        ],
        required: ["action", "goal"]
    )

    private static let verdict = Schema.object(
        [
            ("decision", Schema.choice(Decision.allCases.map(\.rawValue))), ("confidence", unit),
            ("rationale", Schema.string()), ("suggested_action", Schema.string()),
            (
                "matched_failures",
                Schema.array(
                    of: Schema.object(
                        [
                            ("id", Schema.uuid()), ("goal", Schema.string()), ("error_class", Schema.string()),
                            ("resolution", Schema.string()), ("occurrences", count), ("similarity", unit),
                            ("action_similarity", unit), ("weight", unit), ("resolved_by", Schema.uuid()),
                        ],
                        required: [
                            "id", "goal", "error_class", "resolution", "occurrences", "similarity",
                            "action_similarity", "weight",
                        ]
                    )
                )
            ),
        ],
        required: ["decision", "confidence", "rationale", "matched_failures"]
    )

    private static let episodeRequired = [
        "id", "created_at", "episode_type", "goal", "actions_taken", "error_trace", "error_class", "tool_chain",
        "resolution", "code_state_diff", "environment_info", "tags", "occurrences", "helped", "not_helped", "uses",
    ]

    private static let episodeMembers: [(String, JSONValue)] = [
        ("id", Schema.uuid()), ("created_at", Schema.time()), ("episode_type", episodeType),
        ("goal", Schema.string()), ("actions_taken", Schema.array(of: Schema.string())),
        ("error_trace", Schema.string()), ("error_class", Schema.string()),
        ("tool_chain", Schema.array(of: Schema.string())), ("resolution", Schema.string()),
        ("code_state_diff", Schema.string()), ("environment_info", Schema.anything("As captured, redacted.")),
        ("tags", Schema.array(of: Schema.string())),
        ("occurrences", Schema.integer(1...Int(Int32.max), "Near-duplicates that were merged into it included.")),
        ("helped", count), ("not_helped", count), ("uses", count), ("last_seen_at", Schema.time()),
        ("last_used_at", Schema.time()), ("archived_at", Schema.time()), ("merged_into", Schema.uuid()),
        ("resolved_by", Schema.uuid("The success that got past this failure.")),
    ]

    private static let cursor = Schema.string("Where the next page starts; absent on the last.")

    private static let episodePage = Schema.object(
        [("count", count), ("episodes", Schema.array(of: Schema.reference("Episode"))), ("next_cursor", cursor)],
        required: ["count", "episodes"]
    )

    private static let feedback = Schema.request([("helped", Schema.boolean())], required: ["helped"])

    private static let feedbackCounts = Schema.object(
        [("id", Schema.uuid()), ("helped", count), ("not_helped", count)],
        required: ["id", "helped", "not_helped"]
    )

    private static let stats = Schema.object(
        [
            (
                "episodes",
                Schema.object(
                    ["total", "failures", "successes", "archived", "resolved_failures"].map { ($0, count) },
                    required: ["total", "failures", "successes", "archived", "resolved_failures"]
                )
            ),
            ("occurrences", count),
            (
                "feedback",
                Schema.object([("helped", count), ("not_helped", count)], required: ["helped", "not_helped"])
            ),
            ("oldest", Schema.time()), ("newest", Schema.time()),
            (
                "error_classes",
                Schema.array(
                    of: Schema.object(
                        [("error_class", Schema.string()), ("count", count)],
                        required: ["error_class", "count"]
                    )
                )
            ),
        ],
        required: ["episodes", "occurrences", "feedback", "error_classes"]
    )

    private static let quota = Schema.integer(1...CustomerRequest.quotas.upperBound, "Requests a calendar month (UTC).")
    private static let rate = Schema.integer(1...CustomerRequest.rates.upperBound, "For each key, in each replica.")

    private static let newCustomer = Schema.request(
        [("name", Schema.text(maximum: Limits.name)), ("monthly_quota", quota), ("requests_per_minute", rate)],
        required: ["name"]
    )

    private static let customer = Schema.object(
        [
            ("id", Schema.uuid()), ("name", Schema.string()), ("created_at", Schema.time()),
            ("monthly_quota", quota), ("requests_per_minute", rate), ("requests_this_month", count),
        ],
        required: ["id", "name", "created_at"]
    )

    private static let customerPage = Schema.object(
        [("count", count), ("customers", Schema.array(of: Schema.reference("Customer"))), ("next_cursor", cursor)],
        required: ["count", "customers"]
    )

    private static let newKey = Schema.request([("name", Schema.string(maximum: Limits.name))], required: [])

    private static let createdKey = Schema.object(
        [("key_id", Schema.string()), ("name", Schema.string()), ("key", Schema.string("Shown only this once."))],
        required: ["key_id", "name", "key"]
    )

    private static let keyList = Schema.object(
        [
            (
                "keys",
                Schema.array(
                    of: Schema.object(
                        [
                            ("key_id", Schema.string()), ("name", Schema.string()), ("created_at", Schema.time()),
                            ("revoked_at", Schema.time()),
                        ],
                        required: ["key_id", "name", "created_at"]
                    )
                )
            )
        ],
        required: ["keys"]
    )

    private static let health = Schema.object(
        [
            ("status", Schema.string()), ("reason", Schema.string()), ("service", Schema.string()),
            ("version", Schema.string()), ("uptime_seconds", count),
        ],
        required: ["status"]
    )

    private static let maintenance = Schema.request([("enabled", Schema.boolean())], required: ["enabled"])

    private static let restored = Schema.object([("status", Schema.choice(["restored"]))], required: ["status"])

    private static let error = Schema.object(
        [
            (
                "error",
                Schema.object(
                    [
                        ("code", Schema.string("A stable word for programs.")), ("message", Schema.string()),
                        (
                            "problems",
                            Schema.array(
                                of: Schema.object(
                                    [("field", Schema.string()), ("message", Schema.string())],
                                    required: ["field", "message"]
                                )
                            )
                        ),
                    ],
                    required: ["code", "message"]
                )
            )
        ],
        required: ["error"]
    )
}
