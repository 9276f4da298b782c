import Core

/// Writes types of the catalogue as OpenAPI 3 schemas, with Kubernetes' extensions about lists and patches.
enum OpenAPISchema {
    static func schema(of type: StructureType) -> JSON {
        var properties: [String: JSON] = [:]
        for field in type.fields { properties[field.name] = property(field) }
        var schema: JSON = ["type": "object", "properties": .object(properties)]
        if type.isAtomic { schema["x-kubernetes-map-type"] = "atomic" }
        return schema
    }

    private static func property(_ field: SchemaField) -> JSON {
        var schema = schema(of: field.shape)
        if let strategy = field.patchStrategy { schema["x-kubernetes-patch-strategy"] = .string(strategy) }
        if let key = field.patchMergeKey { schema["x-kubernetes-patch-merge-key"] = .string(key) }
        return schema
    }

    private static func schema(of shape: Shape) -> JSON {
        switch shape {
        case .string: return ["type": "string"]
        case .boolean: return ["type": "boolean"]
        case .integer(let bits): return ["type": "integer", "format": .string("int\(bits)")]
        case .number: return ["type": "number", "format": "double"]
        case .bytes: return ["type": "string", "format": "byte"]
        case .time, .microTime: return ["type": "string", "format": "date-time"]
        case .quantity: return ["oneOf": [["type": "string"], ["type": "number"]]]
        case .integerOrString: return ["oneOf": [["type": "integer"], ["type": "string"]], "format": "int-or-string"]
        case .any: return ["x-kubernetes-preserve-unknown-fields": true]
        case .structure(let name): return ["allOf": [["$ref": .string("#/components/schemas/\(name)")]]]
        case .map(let element, let isAtomic):
            var schema: JSON = ["type": "object", "additionalProperties": self.schema(of: element)]
            if isAtomic { schema["x-kubernetes-map-type"] = "atomic" }
            return schema
        case .list(let element, let rule):
            var schema: JSON = ["type": "array", "items": self.schema(of: element)]
            switch rule {
            case .atomic: schema["x-kubernetes-list-type"] = "atomic"
            case .set: schema["x-kubernetes-list-type"] = "set"
            case .keyed(let keys):
                schema["x-kubernetes-list-type"] = "map"
                schema["x-kubernetes-list-map-keys"] = .array(keys.map(JSON.string))
            }
            return schema
        }
    }
}
