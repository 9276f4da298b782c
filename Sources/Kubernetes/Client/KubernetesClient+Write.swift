import Core
import NIOHTTP1

/// What may be said about any write.
package struct WriteOptions: Sendable {
    /// Ask the server what would happen, without doing it.
    package var isDryRun = false
    /// Nil for the client's own.
    package var fieldManager: String?
    /// Refuse fields that the type does not have, instead of dropping them.
    package var isStrict = false

    package init(isDryRun: Bool = false, fieldManager: String? = nil, isStrict: Bool = false) {
        self.isDryRun = isDryRun
        self.fieldManager = fieldManager
        self.isStrict = isStrict
    }

    static let standard = WriteOptions()

    func query(_ defaultManager: String) -> [(name: String, value: String)] {
        var query: [(name: String, value: String)] = [("fieldManager", fieldManager ?? defaultManager)]
        if isDryRun { query.append(("dryRun", "All")) }
        if isStrict { query.append(("fieldValidation", "Strict")) }
        return query
    }
}

/// A change to an object, in one of the API's patch formats.
package enum Patch: Sendable {
    /// RFC 7386.
    case merge(JSON)
    /// Kubernetes' own: lists merge by key. Not for custom resources.
    case strategic(JSON)
    /// RFC 6902.
    case json(JSON)

    var contentType: String {
        switch self {
        case .merge: "application/merge-patch+json"
        case .strategic: "application/strategic-merge-patch+json"
        case .json: "application/json-patch+json"
        }
    }

    var body: JSON {
        switch self {
        case .merge(let body), .strategic(let body), .json(let body): body
        }
    }
}

/// What happens to the objects that the deleted one owns.
package enum DeletionPropagation: String, Sendable {
    case background = "Background"
    case foreground = "Foreground"
    case orphan = "Orphan"
}

extension KubernetesClient {
    /// - Throws: `KubernetesStatusError` with `isAlreadyExists` where the name is taken.
    package func create(
        _ object: KubernetesObject,
        options: WriteOptions = .standard
    ) async throws -> KubernetesObject {
        let type = try await type(of: object)
        let target = Target(type: type, namespace: namespace(of: object, type))
        var request = request(.POST, target, "create")
        request.action += object.name.isEmpty ? "" : " \"\(object.name)\""
        request.retry = .whenNotProcessed
        return try await write(object.json, request, options, type)
    }

    /// Replaces the object; with a `resourceVersion`, only if nobody changed it meanwhile.
    package func replace(
        _ object: KubernetesObject,
        subresource: String? = nil,
        options: WriteOptions = .standard
    ) async throws -> KubernetesObject {
        let type = try await type(of: object)
        let target = Target(
            type: type,
            namespace: namespace(of: object, type),
            name: object.name,
            subresource: subresource
        )
        var request = request(.PUT, target, "replace")
        request.retry = .whenNotProcessed
        return try await write(object.json, request, options, type)
    }

    /// Changes parts of an object. A `metadata.resourceVersion` in the patch makes it conditional.
    package func patch(
        _ type: ResourceType,
        namespace: String? = nil,
        name: String,
        subresource: String? = nil,
        _ patch: Patch,
        options: WriteOptions = .standard
    ) async throws -> KubernetesObject {
        let target = Target(type: type, namespace: namespace, name: name, subresource: subresource)
        var request = request(.PATCH, target, "patch")
        request.retry = .whenNotProcessed
        return try await write(patch.body, request, options, type, contentType: patch.contentType)
    }

    /// Server-side apply: the fields of `object` become ours, those we no longer name go.
    ///
    /// With `force`, fields that others own are taken from them; without it that is a conflict naming them.
    package func apply(
        _ object: KubernetesObject,
        force: Bool = false,
        subresource: String? = nil,
        options: WriteOptions = .standard
    ) async throws -> KubernetesObject {
        let type = try await type(of: object)
        let target = Target(
            type: type,
            namespace: namespace(of: object, type),
            name: object.name,
            subresource: subresource
        )
        var request = request(.PATCH, target, "apply")
        if force { request.query.append(("force", "true")) }
        return try await write(object.json, request, options, type, contentType: "application/apply-patch+yaml")
    }

    /// Deletes an object, only this life of it where `uid` is given, only this state where `resourceVersion` is.
    ///
    /// `gracePeriod` is in seconds; without it the object's own counts. The answer is the object on its way out, or the
    /// server's `Status` where it is gone at once; nil where there was nothing to delete.
    @discardableResult
    package func delete(
        _ type: ResourceType,
        namespace: String? = nil,
        name: String,
        propagation: DeletionPropagation = .background,
        uid: String? = nil,
        resourceVersion: String? = nil,
        gracePeriod: Int? = nil,
        isDryRun: Bool = false
    ) async throws -> KubernetesObject? {
        var body: JSON = [
            "apiVersion": "v1", "kind": "DeleteOptions", "propagationPolicy": .string(propagation.rawValue),
        ]
        if let uid { body[path: "preconditions", "uid"] = .string(uid) }
        if let resourceVersion { body[path: "preconditions", "resourceVersion"] = .string(resourceVersion) }
        if let gracePeriod { body["gracePeriodSeconds"] = .int(Int64(gracePeriod)) }
        if isDryRun { body["dryRun"] = ["All"] }
        var request = request(.DELETE, Target(type: type, namespace: namespace, name: name), "delete")
        request.setJSON(body)
        do {
            return KubernetesObject(try await transport.json(request))
        } catch let error as KubernetesStatusError where error.isNotFound && error != .resourceNotFound {
            return nil
        }
    }

    private func write(
        _ body: JSON,
        _ request: APIRequest,
        _ options: WriteOptions,
        _ type: ResourceType,
        contentType: String = "application/json"
    ) async throws -> KubernetesObject {
        var request = request
        request.setJSON(body, type: contentType)
        request.query += options.query(self.options.fieldManager)
        return object(try await transport.json(request), type)
    }

    /// Objects without a namespace go into that of the kubeconfig's context.
    private func namespace(of object: KubernetesObject, _ type: ResourceType) -> String? {
        type.isNamespaced ? object.namespace ?? defaultNamespace : nil
    }
}
