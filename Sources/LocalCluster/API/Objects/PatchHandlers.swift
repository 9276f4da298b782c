import Core
import Foundation
import HTTPTypes
import Hummingbird
import Kubernetes
import Manifests
import Synchronization

/// The four kinds of patches.
struct PatchHandlers: Sendable {
    let store: ObjectStore
    let encoder: ObjectEncoder
    let writer: WriteHandlers

    func patch(_ resource: ServedResource, _ target: ResourceTarget, _ request: APIRequest) async throws -> Response {
        switch request.contentType {
        case "application/apply-patch+yaml", "application/apply-patch+cbor": try await apply(resource, target, request)
        case "application/json-patch+json", "application/merge-patch+json", "application/strategic-merge-patch+json":
            try await change(resource, target, request)
        default: throw KubernetesStatusError.unsupportedMediaType()
        }
    }

    // MARK: JSON patch, merge patch, strategic merge patch

    private func change(
        _ resource: ServedResource,
        _ target: ResourceTarget,
        _ request: APIRequest
    ) async throws -> Response {
        if request.query["force"] != nil {
            var errors = FieldErrors()
            errors.forbidden("force", "may not be specified for non-apply patch")
            throw KubernetesStatusError.optionsInvalid(errors)
        }
        let patch = try ObjectPatch(
            contentType: request.contentType,
            body: try APIRequest.parse(try await request.body(), isYAML: false)
        )
        let validation = try request.fieldValidation()
        let warnings = Mutex<[String]>([])
        let writer = writer
        let stored = try await store.modify(
            resource.definition.type,
            namespace: target.namespace,
            name: target.name ?? "",
            subresource: target.subresource == "status" ? .status : nil,
            options: try request.writeOptions()
        ) { object in
            let before = resource.toServed(object)
            let patched = try patch.applied(to: before)
            let read = try writer.read(patched, resource, target, validation)
            warnings.withLock { $0 = read.warnings }
            object = resource.toStored(read.object)
        }
        return try encoder.response(
            [resource.toServed(stored)],
            of: resource,
            list: nil,
            warnings: warnings.withLock { $0 },
            request
        )
    }

    // MARK: Server-side apply

    private func apply(
        _ resource: ServedResource,
        _ target: ResourceTarget,
        _ request: APIRequest
    ) async throws -> Response {
        guard request.query["fieldManager"]?.isEmpty == false else {
            var errors = FieldErrors()
            errors.required("fieldManager", "is required for apply patch")
            throw KubernetesStatusError.optionsInvalid(errors)
        }
        let body = KubernetesObject(try APIRequest.parse(try await request.body(), isYAML: true))
        for field in ["apiVersion", "kind"] where body.json[field]?.string?.isEmpty ?? true {
            throw KubernetesStatusError.badRequest("error decoding YAML: Object '\(field)' is missing")
        }
        // Fields without a known type cannot be owned: an apply is always strict.
        let (object, warnings) = try writer.read(body, resource, target, .strict)
        let (stored, isNew) = try await store.apply(
            resource.toStored(object),
            subresource: target.subresource == "status" ? .status : nil,
            force: try request.query.flag("force"),
            options: try request.writeOptions()
        )
        return try encoder.response(
            [resource.toServed(stored)],
            of: resource,
            list: nil,
            status: isNew ? .created : .ok,
            warnings: warnings,
            request
        )
    }
}

/// A patch that was read, and can be applied to any object.
struct ObjectPatch: Sendable {
    private enum Kind: Sendable {
        case json(JSONPatch)
        case merge(JSON)
        case strategic(JSON)
    }

    private let kind: Kind

    init(contentType: String, body: JSON) throws(KubernetesStatusError) {
        switch contentType {
        case "application/json-patch+json":
            do throws(PatchError) {
                kind = .json(try JSONPatch(body))
            } catch {
                throw .badRequest("error decoding patch: \(error.message)")
            }
        case "application/strategic-merge-patch+json": kind = .strategic(body)
        case "application/merge-patch+json": kind = .merge(body)
        default: throw .unsupportedMediaType()
        }
        guard contentType == "application/json-patch+json" || body.object != nil else {
            throw .badRequest("error decoding patch: the patch is no object")
        }
    }

    func applied(to object: KubernetesObject) throws(KubernetesStatusError) -> KubernetesObject {
        do throws(PatchError) {
            switch kind {
            case .json(let patch): return KubernetesObject(try patch.apply(to: object.json))
            case .merge(let patch): return KubernetesObject(JSONMergePatch.apply(patch, to: object.json))
            case .strategic(let patch): return try StrategicMergePatch.apply(patch, to: object)
            }
        } catch {
            switch error.kind {
            case .malformed: throw .badRequest(error.message)
            case .doesNotApply:
                throw KubernetesStatusError(
                    422,
                    .invalid,
                    "the server rejected our request due to an error in our request: \(error.message)",
                    details: .init()
                )
            }
        }
    }
}
