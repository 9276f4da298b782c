import Core
import Kubernetes

/// The paths of a resource as OpenAPI writes them.
struct OpenAPIPaths: Sendable {
    private let type: ResourceType
    private let schema: JSON
    private let subresources: [String]

    init(_ resource: ServedResource) {
        type = resource.type
        schema = ["$ref": .string("#/components/schemas/\(resource.schema)")]
        subresources = resource.subresources.filter { $0 == "status" }
    }

    static func kind(of type: ResourceType) -> JSON {
        ["group": .string(type.group), "version": .string(type.version), "kind": .string(type.kind)]
    }

    var items: [String: JSON] {
        let base = type.groupVersionPath + (type.isNamespaced ? "/namespaces/{namespace}" : "") + "/\(type.plural)"
        var items: [String: JSON] = [
            base: item(["get": operation("list"), "post": operation("post", body: "*/*")], named: false),
            "\(base)/{name}": item(object, named: true),
        ]
        for subresource in subresources { items["\(base)/{name}/\(subresource)"] = item(object, named: true) }
        return items
    }

    private var object: [String: JSON] {
        var patch = operation("patch")
        let types = [
            "application/apply-patch+yaml", "application/json-patch+json", "application/merge-patch+json",
            "application/strategic-merge-patch+json",
        ]
        let content = types.map { ($0, ["schema": ["type": "object"]] as JSON) }
        patch["requestBody"] = ["required": true, "content": .object(Dictionary(uniqueKeysWithValues: content))]
        return [
            "get": operation("get"), "put": operation("put", body: "*/*"), "patch": patch,
            "delete": operation("delete"),
        ]
    }

    private func operation(_ action: String, body: String? = nil) -> JSON {
        var operation: JSON = [
            "operationId": .string("\(action)\(type.group)\(type.version)\(type.kind)"),
            "responses": [
                "200": ["description": "OK", "content": ["application/json": ["schema": schema]]],
                "401": ["description": "Unauthorized"],
            ],
            "x-kubernetes-action": .string(action), "x-kubernetes-group-version-kind": Self.kind(of: type),
        ]
        if ["post", "put", "patch"].contains(action) {
            operation["parameters"] = .array(["dryRun", "fieldManager", "fieldValidation"].map(Self.parameter))
        }
        if action == "patch" {
            operation["parameters"] = .array(
                ["dryRun", "fieldManager", "fieldValidation", "force"].map(Self.parameter)
            )
        }
        if let body { operation["requestBody"] = ["required": true, "content": .object([body: ["schema": schema]])] }
        return operation
    }

    private static func parameter(_ name: String) -> JSON {
        [
            "name": .string(name), "in": "query",
            "schema": ["type": name == "force" ? "boolean" : "string", "uniqueItems": true],
        ]
    }

    private func item(_ operations: [String: JSON], named: Bool) -> JSON {
        var item = operations
        let names = (named ? ["name"] : []) + (type.isNamespaced ? ["namespace"] : [])
        item["parameters"] = .array(
            names.map { name in
                [
                    "name": .string(name), "in": "path", "required": true,
                    "schema": ["type": "string", "uniqueItems": true],
                ]
            }
        )
        return .object(item)
    }
}
