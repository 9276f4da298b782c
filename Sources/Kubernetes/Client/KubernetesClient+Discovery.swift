import Core
import NIOHTTP1
import Synchronization

/// The version of an API server.
package struct ServerVersion: Sendable, Hashable {
    package let major: Int
    package let minor: Int
    /// `v1.32.4+k3s1`.
    package let gitVersion: String

    init(_ json: JSON) {
        // Some providers write the minor version as "27+".
        func number(_ key: String) -> Int { Int((json[key]?.string ?? "").prefix { $0.isNumber }) ?? 0 }
        major = number("major")
        minor = number("minor")
        gitVersion = json["gitVersion"]?.string ?? ""
    }
}

/// What was asked once.
final class DiscoveryCache: Sendable {
    private let groups = Mutex<[String: [ResourceType]]>([:])

    subscript(path: String) -> [ResourceType]? {
        get { groups.withLock { $0[path] } }
        set { groups.withLock { $0[path] = newValue } }
    }
}

/// The answer to "may I?".
package struct AccessDecision: Sendable, Hashable {
    package let isAllowed: Bool
    package let reason: String
}

extension KubernetesClient {
    package func serverVersion() async throws -> ServerVersion {
        let request = APIRequest(path: "/version", action: "ask for the version", timeout: options.timeout)
        return ServerVersion(try await transport.json(request))
    }

    /// The type of an object, known or asked for: custom resources are what the cluster says they are.
    package func type(of object: KubernetesObject) async throws -> ResourceType {
        try await type(apiVersion: object.apiVersion, kind: object.kind)
    }

    /// - Throws: `SlipwayError` where the cluster does not have this kind.
    package func type(apiVersion: String, kind: String) async throws -> ResourceType {
        if let known = ResourceType.known(apiVersion: apiVersion, kind: kind) { return known }
        let parts = apiVersion.split(separator: "/").map(String.init)
        let served = try await resources(group: parts.count == 2 ? parts[0] : "", version: parts.last ?? "")
        if let found = served.first(where: { $0.kind == kind }) { return found }
        throw SlipwayError(
            .invalidInput,
            "The cluster \"\(clusterName)\" has no \(kind) in \(apiVersion)",
            next: Suggestion.nearest(to: kind, in: served.map(\.kind)).map { "Did you mean \"\($0)\"?" }
                ?? "Install its custom resource definition first, or correct apiVersion and kind."
        )
    }

    /// Whether the cluster serves a type in just this version.
    package func serves(_ type: ResourceType) async throws -> Bool {
        try await resources(group: type.group, version: type.version).contains { $0.plural == type.plural }
    }

    /// The resources of one group and version; none where the cluster does not have it.
    package func resources(group: String, version: String) async throws -> [ResourceType] {
        let path = group.isEmpty ? "/api/\(version)" : "/apis/\(group)/\(version)"
        if let cached = discovery[path] { return cached }
        let request = APIRequest(path: path, action: "ask for the resources of \(path)", timeout: options.timeout)
        let answer: JSON
        do {
            answer = try await transport.json(request)
        } catch let error as KubernetesStatusError where error.isNotFound {
            return []
        }
        let resources = (answer["resources"]?.array ?? []).compactMap { json -> ResourceType? in
            guard let plural = json["name"]?.string, !plural.contains("/"), let kind = json["kind"]?.string else {
                return nil
            }
            return ResourceType(
                group: group,
                version: version,
                plural: plural,
                singular: json["singularName"]?.string,
                kind: kind,
                namespaced: json["namespaced"]?.bool ?? false,
                shortNames: json["shortNames"]?.array?.compactMap(\.string) ?? [],
                categories: json["categories"]?.array?.compactMap(\.string) ?? []
            )
        }
        discovery[path] = resources
        return resources
    }

    /// Asks the cluster whether our credentials allow something.
    package func mayI(
        _ verb: String,
        _ type: ResourceType,
        subresource: String? = nil,
        namespace: String? = nil,
        name: String? = nil
    ) async throws -> AccessDecision {
        var attributes: [String: JSON] = [
            "verb": .string(verb), "group": .string(type.group), "version": .string(type.version),
            "resource": .string(type.plural),
        ]
        for (key, value) in [("subresource", subresource), ("namespace", namespace), ("name", name)] {
            attributes[key] = value.map(JSON.string)
        }
        var request = request(.POST, Target(type: .selfSubjectAccessReview, namespace: nil), "create")
        request.setJSON([
            "apiVersion": .string(ResourceType.selfSubjectAccessReview.apiVersion),
            "kind": .string(ResourceType.selfSubjectAccessReview.kind),
            "spec": ["resourceAttributes": .object(attributes)],
        ])
        let status = try await transport.json(request)["status"]
        return AccessDecision(
            isAllowed: status?["allowed"]?.bool ?? false,
            reason: status?["reason"]?.string ?? status?["evaluationError"]?.string ?? ""
        )
    }
}
