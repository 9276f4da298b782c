/// What the service answers to, as OpenAPI 3.1: `GET /openapi.json`.
enum OpenAPIDocument {
    private static let page: [(name: String, schema: JSONValue)] = [
        ("limit", Schema.integer(1...Limits.results, default: 20)),
        ("cursor", Schema.uuid("The next_cursor of the page before.")),
    ]

    private static let filters: [(name: String, schema: JSONValue)] = [
        ("episode_type", Schema.choice(EpisodeType.allCases.map(\.rawValue))),
        ("error_class", Schema.string(maximum: Limits.name)), ("tool", Schema.string(maximum: Limits.name)),
        ("tag", Schema.string(maximum: Limits.name)), ("created_after", Schema.time("Inclusive.")),
        ("created_before", Schema.time("Exclusive.")),
    ]

    static let operations: [Operation] = memory + customers + administration + health

    private static let memory: [Operation] = [
        .init(
            method: "post",
            path: "/api/v1/capture",
            summary: "Store what was tried and what came of it",
            body: "Capture",
            answers: [(201, "Stored", "Captured"), (200, "Stored before, under this idempotency key", "Captured")]
        ),
        .init(
            method: "post",
            path: "/api/v1/search",
            summary: "Find the episodes that fit a goal best",
            body: "Search",
            answers: [(200, "Best first, each with its score taken apart", "Found")]
        ),
        .init(
            method: "post",
            path: "/api/v1/reflect",
            summary: "Ask what the memory says about an action before doing it",
            body: "Reflect",
            answers: [(200, "A decision and what it rests on", "Verdict")]
        ),
        .init(
            method: "get",
            path: "/api/v1/episodes",
            summary: "List episodes, newest first",
            query: page + filters,
            answers: [(200, "One page", "EpisodePage")]
        ),
        .init(
            method: "get",
            path: "/api/v1/episodes/{id}",
            summary: "Read one episode",
            answers: [(200, "The episode", "Episode")]
        ),
        .init(
            method: "delete",
            path: "/api/v1/episodes/{id}",
            summary: "Remove an episode and all that was made from it",
            answers: [(204, "Removed", nil)]
        ),
        .init(
            method: "post",
            path: "/api/v1/episodes/{id}/feedback",
            summary: "Say whether an episode helped; this moves its rank",
            body: "Feedback",
            answers: [(200, "What is known now", "FeedbackCounts")]
        ),
        .init(
            method: "get",
            path: "/api/v1/stats",
            summary: "Count what the memory holds",
            answers: [(200, "The counts", "Stats")]
        ),
    ]

    private static let customers: [Operation] = [
        .init(
            method: "post",
            path: "/api/v1/customers",
            summary: "Admit a customer",
            access: .admin,
            body: "NewCustomer",
            answers: [(201, "Admitted", "Customer")]
        ),
        .init(
            method: "get",
            path: "/api/v1/customers",
            summary: "List customers",
            access: .admin,
            query: page,
            answers: [(200, "One page", "CustomerPage")]
        ),
        .init(
            method: "get",
            path: "/api/v1/customers/{id}",
            summary: "Read a customer and what it used this month",
            access: .admin,
            answers: [(200, "The customer", "Customer")]
        ),
        .init(
            method: "delete",
            path: "/api/v1/customers/{id}",
            summary: "Remove a customer with all it stored",
            access: .admin,
            answers: [(204, "Removed", nil)]
        ),
        .init(
            method: "post",
            path: "/api/v1/customers/{id}/keys",
            summary: "Make an API key",
            access: .admin,
            body: "NewKey",
            answers: [(201, "The key, shown only this once", "CreatedKey")]
        ),
        .init(
            method: "get",
            path: "/api/v1/customers/{id}/keys",
            summary: "List a customer's keys, without their secrets",
            access: .admin,
            answers: [(200, "The keys", "KeyList")]
        ),
        .init(
            method: "delete",
            path: "/api/v1/customers/{id}/keys/{key_id}",
            summary: "Revoke a key; it may work for two seconds more",
            access: .admin,
            answers: [(204, "Revoked", nil)]
        ),
    ]

    private static let administration: [Operation] = [
        .init(
            method: "post",
            path: "/admin/backup",
            summary: "Take a consistent snapshot while serving",
            access: .admin,
            answers: [(200, "A SQLite database", nil)],
            contentType: "application/vnd.sqlite3"
        ),
        .init(
            method: "post",
            path: "/admin/restore",
            summary: "Take such a snapshot back in place of everything; asks for maintenance mode",
            access: .admin,
            bodyType: "application/octet-stream",
            answers: [(200, "Restored", "Restored")]
        ),
        .init(
            method: "post",
            path: "/admin/maintenance",
            summary: "Close this replica's API, or open it again",
            access: .admin,
            body: "Maintenance",
            answers: [(200, "As it is now", "Maintenance")]
        ),
    ]

    private static let health: [Operation] = [
        .init(
            method: "get",
            path: "/health",
            summary: "What the process is and how it does",
            access: .open,
            answers: [(200, "It answers", "Health")]
        ),
        .init(
            method: "get",
            path: "/health/liveness",
            summary: "Whether the process is stuck",
            access: .open,
            answers: [(200, "It is not", "Health")]
        ),
        .init(
            method: "get",
            path: "/health/readiness",
            summary: "Whether to send requests here",
            access: .open,
            answers: [
                (200, "Yes", "Health"), (503, "No: starting, draining, or the database does not answer", "Health"),
            ]
        ),
        .init(
            method: "get",
            path: "/metrics",
            summary: "Figures for Prometheus",
            access: .open,
            answers: [(200, "Text exposition format 0.0.4", nil)],
            contentType: "text/plain"
        ),
    ]

    static func document(version: String, withKeys: Bool) -> JSONValue {
        var paths: [JSONValue.Member] = []
        for operation in operations {
            let method = JSONValue.Member(name: operation.method, value: operation.document(withKeys: withKeys))
            if let index = paths.firstIndex(where: { $0.name == operation.path }) {
                paths[index].value = .object((paths[index].value.objectValue ?? []) + [method])
            } else {
                paths.append(.init(name: operation.path, value: .object([method])))
            }
        }
        return [
            "openapi": "3.1.0",
            "info": [
                "title": "EpisodicMemory", "version": .string(version),
                "description": """
                Remembers what agents tried and what came of it. Without ADMIN_API_KEY and SERVER_KEY it serves one \
                tenant and asks for no key.
                """,
                "license": ["name": "Apache-2.0", "identifier": "Apache-2.0"],
            ],
            "paths": .object(paths),
            "components": [
                "schemas": .object(Schemas.all.map { .init(name: $0.0, value: $0.1) }),
                "securitySchemes": [
                    "bearer": ["type": "http", "scheme": "bearer"],
                    "header": ["type": "apiKey", "in": "header", "name": "X-API-Key"],
                ],
            ],
        ]
    }
}
