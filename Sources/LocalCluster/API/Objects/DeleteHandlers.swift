import Core
import Foundation
import Hummingbird
import Kubernetes

/// Deletes one object, or all that a selector picks.
struct DeleteHandlers: Sendable {
    let store: ObjectStore
    let encoder: ObjectEncoder
    let decoder: ObjectDecoder

    func delete(_ resource: ServedResource, _ target: ResourceTarget, _ request: APIRequest) async throws -> Response {
        let name = target.name ?? ""
        let type = resource.definition.type
        let options = try await options(request)
        let deletion = try await store.delete(type, namespace: target.namespace, name: name, options: options)
        switch deletion {
        case .removed(let object) where !Self.returnsObject(type):
            return APIResponse.json(
                KubernetesStatusError.success(deleted: resource.type, name: object.name, uid: object.uid)
            )
        case .removed(let object), .marked(let object):
            return try encoder.response([resource.toServed(object)], of: resource, list: nil, request)
        }
    }

    /// The kinds whose last state is the answer, as in Kubernetes.
    private static func returnsObject(_ type: ResourceType) -> Bool {
        [.pod, .service, .serviceAccount, .persistentVolumeClaim, .persistentVolume, .resourceQuota].contains(type)
    }

    func deleteCollection(
        _ resource: ServedResource,
        _ target: ResourceTarget,
        _ request: APIRequest
    ) async throws -> Response {
        let type = resource.definition.type
        let selection = try ListOptions(request.query, type: type)
        let options = try await options(request)
        let list = await store.list(
            type,
            namespace: target.namespace,
            labels: selection.labels,
            fields: selection.fields
        )
        var deleted: [KubernetesObject] = []
        for object in list.items {
            do {
                let deletion = try await store.delete(
                    type,
                    namespace: object.namespace,
                    name: object.name,
                    options: options
                )
                deleted.append(deletion.object)
            } catch let error as KubernetesStatusError where error.isNotFound {
                continue  // Somebody else was faster.
            }
        }
        let version = await store.resourceVersion
        return try encoder.response(
            deleted.map(resource.toServed),
            of: resource,
            list: ["resourceVersion": .string(String(version))],
            request
        )
    }

    /// Options come in the body or in the query.
    private func options(_ request: APIRequest) async throws -> DeleteOptions {
        let data = try await request.body()
        var body = KubernetesObject([:])
        if !data.isEmpty {
            let json = try APIRequest.parse(data, isYAML: request.contentType == "application/yaml")
            var object = KubernetesObject(json)
            if object.kind.isEmpty { object.kind = "DeleteOptions" }
            if object.apiVersion.isEmpty { object.apiVersion = "v1" }
            let schema = "io.k8s.apimachinery.pkg.apis.meta.v1.DeleteOptions"
            body = try decoder.decode(object, schema: schema, validation: .strict).object
        }
        let text = body["propagationPolicy"]?.string ?? request.query["propagationPolicy"]
        let orphan = body["orphanDependents"]?.bool ?? request.query["orphanDependents"].map { $0 == "true" }
        let isDryRun = try body["dryRun"]?.array?.contains("All") ?? request.isDryRun()
        return DeleteOptions(
            gracePeriodSeconds: try body["gracePeriodSeconds"]?.int ?? request.query.integer("gracePeriodSeconds"),
            propagation: try Self.propagation(text, orphan: orphan),
            uid: body["preconditions", "uid"]?.string,
            resourceVersion: body["preconditions", "resourceVersion"]?.string,
            isDryRun: isDryRun
        )
    }

    private static func propagation(_ text: String?, orphan: Bool?) throws(KubernetesStatusError) -> Propagation? {
        guard let text, !text.isEmpty else { return orphan.map { $0 ? .orphan : .background } }
        var errors = FieldErrors()
        if orphan != nil {
            errors.invalid(
                "propagationPolicy",
                .string(text),
                "orphanDependents and deletionPropagation cannot be both set"
            )
        }
        guard let value = Propagation(rawValue: text), errors.causes.isEmpty else {
            errors.unsupported("propagationPolicy", .string(text), ["Background", "Foreground", "Orphan"])
            throw .optionsInvalid(errors, kind: "DeleteOptions")
        }
        return value
    }
}
