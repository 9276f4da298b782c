/// One method of one path, as the document describes it.
struct Operation {
    let method: String
    let path: String
    let summary: String
    var access = Access.tenant
    var query: [(name: String, schema: JSONValue)] = []
    /// The name of the body's schema.
    var body: String?
    /// What a body that is not JSON is.
    var bodyType: String?
    /// Statuses of success with the names of their schemas; nil for none.
    var answers: [(status: Int, description: String, schema: String?)]
    /// Answers that are not JSON, by content type.
    var contentType: String?

    /// Names in braces, in their order.
    private var pathParameters: [String] {
        path.split(separator: "/").filter { $0.hasPrefix("{") }.map { String($0.dropFirst().dropLast()) }
    }

    private var errors: [(Int, String)] {
        var errors: [(Int, String)] = []
        if body != nil {
            errors += [
                (400, "Not JSON, or not an object"), (413, "Larger than MAX_BODY_BYTES"), (415, "Not application/json"),
            ]
        }
        if bodyType != nil {
            errors += [(409, "Not in maintenance mode"), (422, "Not a backup that this version can read")]
        }
        if body != nil || !query.isEmpty { errors.append((422, "Wrong members; all are named")) }
        if access != .open { errors += [(401, "No valid key"), (503, "Starting, overloaded or in maintenance")] }
        if access == .tenant { errors.append((429, "Over the rate or the quota; see Retry-After")) }
        if access == .admin { errors.append((403, "The service runs without keys")) }
        if !pathParameters.isEmpty { errors.append((404, "There is no such thing, or it is another's")) }
        if path == "/api/v1/capture" { errors.append((409, "The idempotency key came with another episode")) }
        return errors
    }

    /// Without keys a tenant's operations ask for none, and the document must not say that they do.
    func document(withKeys: Bool) -> JSONValue {
        var members: [(String, JSONValue)] = [
            ("operationId", .string(identifier)), ("summary", .string(summary)),
            ("tags", [.string(access == .admin ? "Administration" : access == .open ? "Operations" : "Memory")]),
        ]
        if access == .admin || (access == .tenant && withKeys) {
            members.append(("security", [["bearer": []], ["header": []]]))
        }
        let parameters = pathParameters.map(pathParameter) + query.map(queryParameter)
        if !parameters.isEmpty { members.append(("parameters", .array(parameters))) }
        if let body {
            members.append(
                (
                    "requestBody",
                    ["required": true, "content": ["application/json": ["schema": Schema.reference(body)]]]
                )
            )
        }
        if let bodyType {
            let content = JSONValue.object([.init(name: bodyType, value: ["schema": [:]])])
            members.append(("requestBody", ["required": true, "content": content]))
        }
        members.append(("responses", .object(responses)))
        return .object(members.map { .init(name: $0.0, value: $0.1) })
    }

    private var responses: [JSONValue.Member] {
        answers.map { answer in
            var response: [JSONValue.Member] = [.init(name: "description", value: .string(answer.description))]
            if let contentType {
                response.append(.init(name: "content", value: .object([.init(name: contentType, value: [:])])))
            } else if let schema = answer.schema {
                response.append(
                    .init(name: "content", value: ["application/json": ["schema": Schema.reference(schema)]])
                )
            }
            return .init(name: "\(answer.status)", value: .object(response))
        }
            + errors.filter { error in !answers.contains { $0.status == error.0 } }.map { status, description in
                .init(
                    name: "\(status)",
                    value: [
                        "description": .string(description),
                        "content": ["application/json": ["schema": Schema.reference("Error")]],
                    ]
                )
            }
    }

    /// `postEpisodesFeedback` of `POST /api/v1/episodes/{id}/feedback`.
    private var identifier: String {
        let words = path.replacing("/api/v1", with: "").split { !$0.isLetter }
        return method + words.map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
    }

    private func pathParameter(_ name: String) -> JSONValue {
        [
            "name": .string(name), "in": "path", "required": true,
            "schema": name == "id" ? Schema.uuid() : ["type": "string", "pattern": "^[0-9a-f]{16}$"],
        ]
    }

    private func queryParameter(_ parameter: (name: String, schema: JSONValue)) -> JSONValue {
        ["name": .string(parameter.name), "in": "query", "required": false, "schema": parameter.schema]
    }
}
