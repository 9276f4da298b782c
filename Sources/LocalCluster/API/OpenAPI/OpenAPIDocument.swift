import Core
import Crypto
import Kubernetes

/// The OpenAPI 3 documents that `kubectl` reads before it writes: one for each group and version.
///
/// `kubectl apply` learns from them that the server validates fields, and how lists merge.
struct OpenAPIDocument: Sendable {
    let json: JSON
    /// The text's fingerprint, by which clients keep a copy.
    let hash: String

    /// By path: `api/v1`, `apis/apps/v1`.
    static let all: [String: OpenAPIDocument] = {
        var documents: [String: OpenAPIDocument] = [:]
        for (path, resources) in Dictionary(grouping: ServedResource.all, by: { path(of: $0.type) }) {
            documents[path] = OpenAPIDocument(resources, SchemaCatalogue.builtIn)
        }
        return documents
    }()

    static var index: JSON {
        let paths = all.map { path, document -> (String, JSON) in
            (path, ["serverRelativeURL": .string("/openapi/v3/\(path)?hash=\(document.hash)")])
        }
        return ["paths": .object(Dictionary(uniqueKeysWithValues: paths))]
    }

    private static func path(of type: ResourceType) -> String { String(type.groupVersionPath.dropFirst()) }

    init(_ resources: [ServedResource], _ catalogue: SchemaCatalogue) {
        var paths: [String: JSON] = [:]
        var names: Set<String> = []
        for resource in resources {
            for (path, item) in OpenAPIPaths(resource).items { paths[path] = item }
            names.formUnion(catalogue.closure(of: resource.schema))
        }
        let kinds = Dictionary(
            resources.map { ($0.schema, OpenAPIPaths.kind(of: $0.type)) },
            uniquingKeysWith: { first, _ in first }
        )
        var schemas: [String: JSON] = [:]
        for name in names {
            guard let type = catalogue[name] else { continue }
            var schema = OpenAPISchema.schema(of: type)
            if let kind = kinds[name] { schema["x-kubernetes-group-version-kind"] = [kind] }
            schemas[name] = schema
        }
        json = [
            "openapi": "3.0.0", "info": ["title": "Kubernetes", "version": .string(APIVersion.text)],
            "paths": .object(paths), "components": ["schemas": .object(schemas)],
        ]
        hash = SHA512.hash(data: json.data()).map { byte in
            (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
        }.joined()
    }
}
