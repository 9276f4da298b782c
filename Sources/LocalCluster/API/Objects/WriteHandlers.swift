import Core
import HTTPTypes
import Hummingbird
import Kubernetes

/// Create and replace.
struct WriteHandlers: Sendable {
    let store: ObjectStore
    let encoder: ObjectEncoder
    let decoder: ObjectDecoder

    func create(_ resource: ServedResource, _ target: ResourceTarget, _ request: APIRequest) async throws -> Response {
        let body = KubernetesObject(try await request.jsonBody())
        let (object, warnings) = try read(body, resource, target, try request.fieldValidation())
        let stored = try await store.create(resource.toStored(object), options: try request.writeOptions())
        return try encoder.response(
            [resource.toServed(stored)],
            of: resource,
            list: nil,
            status: .created,
            warnings: warnings,
            request
        )
    }

    func replace(_ resource: ServedResource, _ target: ResourceTarget, _ request: APIRequest) async throws -> Response {
        let body = KubernetesObject(try await request.jsonBody())
        let (object, warnings) = try read(body, resource, target, try request.fieldValidation())
        let options = try request.writeOptions()
        let stored: KubernetesObject
        switch target.subresource {
        case "status": stored = try await store.updateStatus(resource.toStored(object), options: options)
        case "finalize": stored = try await finalize(object)
        default: stored = try await store.update(Self.keepingFinalizers(resource.toStored(object)), options: options)
        }
        return try encoder.response(
            [resource.toServed(stored)],
            of: resource,
            list: nil,
            warnings: warnings,
            request
        )
    }

    /// A namespace's own finalizers change only through `finalize`.
    private static func keepingFinalizers(_ object: KubernetesObject) -> KubernetesObject {
        guard object.type == .namespace else { return object }
        var object = object
        object["spec", "finalizers"] = nil
        return object
    }

    private func finalize(_ object: KubernetesObject) async throws -> KubernetesObject {
        guard object["spec", "finalizers"]?.array?.isEmpty ?? true else {
            return try await store.require(.namespace, name: object.name)
        }
        return try await store.finalizeNamespace(object.name)
    }

    /// Checks that the body is what the path says, and reads it by its type.
    func read(
        _ body: KubernetesObject,
        _ resource: ServedResource,
        _ target: ResourceTarget,
        _ validation: APIRequest.FieldValidation
    ) throws(KubernetesStatusError) -> (object: KubernetesObject, warnings: [String]) {
        var body = body
        guard body.json.object != nil else {
            throw .badRequest("the body of the request is no object")
        }
        try Self.checkType(of: &body, resource.type)
        if let name = target.name {
            if body.name.isEmpty {
                body.name = name
            } else if body.name != name {
                throw .badRequest(
                    "the name of the object (\(body.name)) does not match the name on the URL (\(name))"
                )
            }
        }
        if resource.type.isNamespaced {
            if body.namespace?.isEmpty ?? true {
                body.namespace = target.namespace
            } else if let namespace = target.namespace, body.namespace != namespace {
                throw .badRequest(
                    "the namespace of the provided object does not match the namespace sent on the request"
                )
            }
        }
        return try decoder.decode(body, schema: resource.schema, validation: validation)
    }

    /// Type and version may be left out; they may not be others.
    private static func checkType(of body: inout KubernetesObject, _ type: ResourceType) throws(KubernetesStatusError) {
        if body.apiVersion.isEmpty { body.apiVersion = type.apiVersion }
        if body.kind.isEmpty { body.kind = type.kind }
        if body.apiVersion != type.apiVersion {
            throw .badRequest(
                "the API version in the data (\(body.apiVersion)) does not match the expected API version "
                    + "(\(type.apiVersion))"
            )
        }
        if body.kind != type.kind {
            throw .badRequest(
                "\(body.kind) in version \"\(type.version)\" cannot be handled as a \(type.kind): converting "
                    + "(\(body.kind)) to (\(type.kind)): unknown conversion"
            )
        }
    }
}
