import Core
import Foundation
import HTTPTypes
import Hummingbird
import Kubernetes
import NIOCore

/// Writes objects in the form a client asks for.
struct ObjectEncoder: Sendable {
    let now: @Sendable () -> Date

    /// One object, or a list with its metadata.
    func response(
        _ objects: [KubernetesObject],
        of resource: ServedResource,
        list: JSON?,
        status: HTTPResponse.Status = .ok,
        warnings: [String] = [],
        _ request: APIRequest
    ) throws(KubernetesStatusError) -> Response {
        let representation = try Representation(accept: request.http.headers[.accept])
        let body: JSON
        switch representation.form {
        case .table(let version):
            body = try table(objects, of: resource, version: version, list: list, request)
        case .metadata:
            body = Self.metadata(objects, list: list)
        case .object, .discovery:
            body = list.map { Self.list(objects, of: resource.type, metadata: $0) } ?? objects.first?.json ?? .null
        }
        return APIResponse.json(
            body,
            status: status,
            contentType: representation.isYAML ? "application/yaml" : "application/json",
            pretty: try request.query.flag("pretty"),
            warnings: warnings
        )
    }

    /// The event of a watch in the same form.
    func event(
        _ event: WatchEvent,
        of resource: ServedResource,
        form: Representation.Form,
        include: TableObjects,
        isFirst: Bool
    ) -> JSON {
        guard event.kind != .error else { return event.json }
        let object =
            event.kind == .bookmark ? Self.bookmark(event.object, of: resource) : resource.toServed(event.object)
        let body: JSON
        switch form {
        case .table(let version):
            var table = TableBuilder(now: now()).table(
                event.kind == .bookmark ? [] : [object],
                of: resource.definition.type,
                version: version,
                include: include
            )
            // The columns are told once.
            if !isFirst { table["columnDefinitions"] = nil }
            if let version = object.resourceVersion { table["metadata"] = ["resourceVersion": .string(version)] }
            body = table
        case .metadata: body = Self.metadata(object)
        case .object, .discovery: body = object.json
        }
        return ["type": .string(event.kind.rawValue), "object": body]
    }

    private static func bookmark(_ object: KubernetesObject, of resource: ServedResource) -> KubernetesObject {
        var object = object
        object.apiVersion = resource.type.apiVersion
        object.kind = resource.type.kind
        return object
    }

    private func table(
        _ objects: [KubernetesObject],
        of resource: ServedResource,
        version: String,
        list: JSON?,
        _ request: APIRequest
    ) throws(KubernetesStatusError) -> JSON {
        let include = try TableObjects(request.query)
        var table = TableBuilder(now: now()).table(
            objects,
            of: resource.definition.type,
            version: version,
            include: include
        )
        table["metadata"] = list ?? ["resourceVersion": .string(objects.first?.resourceVersion ?? "")]
        return table
    }

    private static func list(_ objects: [KubernetesObject], of type: ResourceType, metadata: JSON) -> JSON {
        let items = objects.map { object in
            var item = object.json
            // The list says what its items are.
            item["apiVersion"] = nil
            item["kind"] = nil
            return item
        }
        return [
            "kind": .string(type.listKind), "apiVersion": .string(type.apiVersion), "metadata": metadata,
            "items": .array(items),
        ]
    }

    private static func metadata(_ objects: [KubernetesObject], list: JSON?) -> JSON {
        guard let list else { return objects.first.map(metadata) ?? .null }
        return [
            "kind": "PartialObjectMetadataList", "apiVersion": "meta.k8s.io/v1", "metadata": list,
            "items": .array(objects.map(metadata)),
        ]
    }

    static func metadata(_ object: KubernetesObject) -> JSON {
        ["kind": "PartialObjectMetadata", "apiVersion": "meta.k8s.io/v1", "metadata": object.metadata]
    }
}
