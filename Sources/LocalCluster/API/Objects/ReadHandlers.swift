import Core
import Hummingbird
import Kubernetes

/// One object, and lists of them.
struct ReadHandlers: Sendable {
    let store: ObjectStore
    let encoder: ObjectEncoder

    func get(_ resource: ServedResource, _ target: ResourceTarget, _ request: APIRequest) async throws -> Response {
        let name = target.name ?? ""
        let object = try await store.require(resource.definition.type, namespace: target.namespace, name: name)
        return try encoder.response([resource.toServed(object)], of: resource, list: nil, request)
    }

    func list(_ resource: ServedResource, _ target: ResourceTarget, _ request: APIRequest) async throws -> Response {
        let options = try ListOptions(request.query, type: resource.definition.type)
        let (view, version) = try await state(for: options)
        let items = view.list(
            resource.definition.type,
            namespace: target.namespace,
            labels: options.labels,
            fields: options.fields
        )
        let start = options.continuation.map { token in
            items.firstIndex { ObjectStore.key($0, resource.definition.type) >= token.start } ?? items.count
        }
        let rest = items[(start ?? 0)...]
        let page = options.limit.map { rest.prefix($0) } ?? rest
        var metadata: JSON = ["resourceVersion": .string(String(version))]
        if page.count < rest.count {
            let next = ObjectStore.key(rest[page.endIndex], resource.definition.type)
            metadata["continue"] = .string(ListOptions.Continuation(version: version, start: next).token)
            // With a selector the number is not known without looking: the API leaves it out.
            if options.labels.isEmpty, options.fields.isEmpty {
                metadata["remainingItemCount"] = .int(Int64(rest.count - page.count))
            }
        }
        return try encoder.response(page.map(resource.toServed), of: resource, list: metadata, request)
    }

    /// The state to list: that of the page before, the one asked for, or the present.
    private func state(for options: ListOptions) async throws -> (StoreView, Int64) {
        let (present, version) = await store.snapshot()
        if let token = options.continuation {
            do throws(KubernetesStatusError) {
                return (try await store.view(at: token.version), token.version)
            } catch {
                guard error.isExpired else { throw error }
                throw KubernetesStatusError.expired(
                    "The provided continue parameter is too old to display a consistent list result. You must start a "
                        + "new list without the continue parameter."
                )
            }
        }
        guard let wanted = options.resourceVersion, wanted > 0 else { return (present, version) }
        if options.match == .exact { return (try await store.view(at: wanted), wanted) }
        guard wanted <= version else { throw KubernetesStatusError.versionTooLarge(wanted, current: version) }
        return (present, version)
    }
}
