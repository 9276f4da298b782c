import Core
import Hummingbird
import Kubernetes

/// The `scale` subresource: only the number of replicas, in a form that is the same for all kinds.
struct ScaleHandlers: Sendable {
    let store: ObjectStore
    let encoder: ObjectEncoder
    let decoder: ObjectDecoder

    static let schema = "io.k8s.api.autoscaling.v1.Scale"
    private static let type = ResourceType(group: "autoscaling", plural: "scales", kind: "Scale")

    func respond(_ resource: ServedResource, _ target: ResourceTarget, _ request: APIRequest) async throws -> Response {
        let object: KubernetesObject
        switch request.method {
        case .get:
            object = try await store.require(
                resource.definition.type,
                namespace: target.namespace,
                name: target.name ?? ""
            )
        case .put: object = try await replace(resource, target, request)
        case .patch: object = try await patch(resource, target, request)
        default:
            throw KubernetesStatusError.methodNotAllowed(
                "the server does not allow this method on the requested resource"
            )
        }
        return APIResponse.json(Self.scale(of: object))
    }

    private func replace(
        _ resource: ServedResource,
        _ target: ResourceTarget,
        _ request: APIRequest
    ) async throws -> KubernetesObject {
        let body = KubernetesObject(try await request.jsonBody())
        let validation = try request.fieldValidation()
        return try await change(resource, target, request) { _ throws(KubernetesStatusError) in
            try decoder.decode(body, schema: Self.schema, validation: validation).object
        }
    }

    private func patch(
        _ resource: ServedResource,
        _ target: ResourceTarget,
        _ request: APIRequest
    ) async throws -> KubernetesObject {
        let patch = try ObjectPatch(
            contentType: request.contentType,
            body: try APIRequest.parse(try await request.body(), isYAML: false)
        )
        let validation = try request.fieldValidation()
        return try await change(resource, target, request) { scale throws(KubernetesStatusError) in
            let patched = try patch.applied(to: KubernetesObject(scale))
            return try decoder.decode(patched, schema: Self.schema, validation: validation).object
        }
    }

    private func change(
        _ resource: ServedResource,
        _ target: ResourceTarget,
        _ request: APIRequest,
        _ change: @Sendable (JSON) throws(KubernetesStatusError) -> KubernetesObject
    ) async throws -> KubernetesObject {
        try await store.modify(
            resource.definition.type,
            namespace: target.namespace,
            name: target.name ?? "",
            subresource: .scale,
            options: try request.writeOptions()
        ) { object in
            let scale = try change(Self.scale(of: object))
            guard let replicas = scale["spec", "replicas"]?.int ?? (scale.spec == nil ? nil : 0) else {
                throw KubernetesStatusError.badRequest("a Scale needs spec.replicas")
            }
            if replicas < 0 {
                var errors = FieldErrors()
                errors.requireNonNegative("spec.replicas", .int(Int64(replicas)))
                throw KubernetesStatusError.invalid(Self.type, object.name, errors.causes)
            }
            if let version = scale.resourceVersion, !version.isEmpty { object.resourceVersion = version }
            object["spec", "replicas"] = .int(Int64(replicas))
        }
    }

    private static func scale(of object: KubernetesObject) -> JSON {
        var metadata: JSON = [:]
        for field in ["name", "namespace", "uid", "resourceVersion", "creationTimestamp"] {
            metadata[field] = object["metadata", field]
        }
        let selector = object["spec", "selector"].flatMap { try? LabelSelector(object: $0) }
        return [
            "kind": .string(type.kind), "apiVersion": .string(type.apiVersion), "metadata": metadata,
            "spec": ["replicas": object["spec", "replicas"] ?? 0],
            "status": [
                "replicas": object["status", "replicas"] ?? 0, "selector": .string(selector?.description ?? ""),
            ],
        ]
    }
}
