/// Short forms of JSON Schema (2020-12), as OpenAPI 3.1 has it.
enum Schema {
    static func string(maximum: Int? = nil, _ description: String? = nil) -> JSONValue {
        var schema: [(String, JSONValue)] = [("type", "string")]
        if let maximum {
            schema.append(("maxLength", .integer(maximum)))
            schema.append(("pattern", "^[^\\u0000]*$"))
        }
        return make(schema, description)
    }

    /// Text in which something stands besides spaces.
    static func text(maximum: Int, _ description: String? = nil) -> JSONValue {
        make(
            [
                ("type", "string"), ("minLength", 1), ("maxLength", .integer(maximum)),
                ("pattern", "^[^\\u0000]*[^\\u0000-\\u0020][^\\u0000]*$"),
            ],
            description
        )
    }

    static func strings(count: Int, maximum: Int, _ description: String? = nil) -> JSONValue {
        make(
            [("type", "array"), ("maxItems", .integer(count)), ("items", string(maximum: maximum))],
            description
        )
    }

    static func integer(_ range: ClosedRange<Int>? = nil, default: Int? = nil, _ description: String? = nil)
        -> JSONValue
    {
        var schema: [(String, JSONValue)] = [("type", "integer")]
        if let range {
            schema.append(("minimum", .integer(range.lowerBound)))
            schema.append(("maximum", .integer(range.upperBound)))
        }
        if let `default` { schema.append(("default", .integer(`default`))) }
        return make(schema, description)
    }

    static func number(_ range: ClosedRange<Double>? = nil, _ description: String? = nil) -> JSONValue {
        var schema: [(String, JSONValue)] = [("type", "number")]
        if let range {
            schema.append(("minimum", .number(range.lowerBound)))
            schema.append(("maximum", .number(range.upperBound)))
        }
        return make(schema, description)
    }

    static func choice(_ values: [String], _ description: String? = nil) -> JSONValue {
        make([("type", "string"), ("enum", .array(values.map(JSONValue.string)))], description)
    }

    static func boolean(_ description: String? = nil) -> JSONValue {
        make([("type", "boolean")], description)
    }

    static func time(_ description: String? = nil) -> JSONValue {
        make([("type", "string"), ("format", "date-time")], description)
    }

    static func uuid(_ description: String? = nil) -> JSONValue {
        make([("type", "string"), ("format", "uuid")], description)
    }

    static func anything(_ description: String) -> JSONValue {
        make([("type", "object"), ("additionalProperties", true)], description)
    }

    static func embedding(_ description: String) -> JSONValue {
        make(
            [
                ("type", "array"), ("minItems", .integer(Embedding.dimensions)),
                ("maxItems", .integer(Embedding.dimensions)), ("items", ["type": "number"]),
                ("contains", ["not": ["const": 0]]),
            ],
            description
        )
    }

    static func array(of items: JSONValue) -> JSONValue {
        ["type": "array", "items": items]
    }

    /// Exactly these members.
    static func object(_ members: [(String, JSONValue)], required: [String]) -> JSONValue {
        [
            "type": "object", "properties": .object(members.map { .init(name: $0.0, value: $0.1) }),
            "required": .array(required.map(JSONValue.string)), "additionalProperties": false,
        ]
    }

    /// A body that comes with a request: null stands for a member that is left out.
    static func request(_ members: [(String, JSONValue)], required: [String]) -> JSONValue {
        object(members.map { ($0.0, required.contains($0.0) ? $0.1 : nullable($0.1)) }, required: required)
    }

    private static func nullable(_ schema: JSONValue) -> JSONValue {
        .object(
            (schema.objectValue ?? []).map { member in
                switch member.name {
                case "type": .init(name: "type", value: [member.value, "null"])
                case "enum": .init(name: "enum", value: .array((member.value.arrayValue ?? []) + [.null]))
                default: member
                }
            }
        )
    }

    static func reference(_ name: String) -> JSONValue {
        ["$ref": .string("#/components/schemas/\(name)")]
    }

    private static func make(_ members: [(String, JSONValue)], _ description: String?) -> JSONValue {
        let described = members + (description.map { [("description", .string($0))] } ?? [])
        return .object(described.map { .init(name: $0.0, value: $0.1) })
    }
}
