import Core
import NIOHTTP1

/// A list as of one moment.
package struct KubernetesList: Sendable {
    package let items: [KubernetesObject]
    /// The state it shows: a watch goes on from here.
    package let resourceVersion: String

    package init(items: [KubernetesObject], resourceVersion: String) {
        self.items = items
        self.resourceVersion = resourceVersion
    }
}

extension KubernetesClient {
    package func get(
        _ type: ResourceType,
        namespace: String? = nil,
        name: String,
        subresource: String? = nil
    ) async throws -> KubernetesObject {
        let target = Target(type: type, namespace: namespace, name: name, subresource: subresource)
        return object(try await transport.json(request(.GET, target, "get")), type)
    }

    /// Nil where there is no such object.
    package func find(
        _ type: ResourceType,
        namespace: String? = nil,
        name: String
    ) async throws -> KubernetesObject? {
        do {
            return try await get(type, namespace: namespace, name: name)
        } catch let error as KubernetesStatusError where error.isNotFound && error != .resourceNotFound {
            return nil
        }
    }

    /// All objects that match, read in pages; without a namespace, those of all namespaces.
    package func list(
        _ type: ResourceType,
        namespace: String? = nil,
        labels: LabelSelector = .everything,
        fields: FieldSelector = .everything
    ) async throws -> KubernetesList {
        var restarts = 0
        while true {
            do {
                // Pages expire when the server compacts: after two tries everything is asked for at once.
                let pageSize = restarts < 2 ? options.pageSize : 0
                return try await pages(type, namespace: namespace, labels: labels, fields: fields, pageSize: pageSize)
            } catch let error as KubernetesStatusError where error.isExpired && restarts < 2 {
                restarts += 1
            }
        }
    }

    private func pages(
        _ type: ResourceType,
        namespace: String?,
        labels: LabelSelector,
        fields: FieldSelector,
        pageSize: Int
    ) async throws -> KubernetesList {
        var items: [KubernetesObject] = []
        var token = ""
        repeat {
            var request = request(.GET, Target(type: type, namespace: namespace), "list")
            request.query = Self.selection(labels, fields)
            if pageSize > 0 { request.query.append(("limit", String(pageSize))) }
            if !token.isEmpty { request.query.append(("continue", token)) }
            let page = try await transport.json(request)
            guard let list = page["items"] else {
                throw transport.error(.malformed, request, "the answer is no list")
            }
            items += (list.array ?? []).map { object($0, type) }
            token = page[path: "metadata", "continue"]?.string ?? ""
            if token.isEmpty {
                let version = page[path: "metadata", "resourceVersion"]?.string ?? ""
                return KubernetesList(items: items, resourceVersion: version)
            }
        } while true
    }

    static func selection(_ labels: LabelSelector, _ fields: FieldSelector) -> [(name: String, value: String)] {
        var query: [(name: String, value: String)] = []
        if !labels.isEmpty { query.append(("labelSelector", labels.description)) }
        if !fields.isEmpty { query.append(("fieldSelector", fields.description)) }
        return query
    }
}
