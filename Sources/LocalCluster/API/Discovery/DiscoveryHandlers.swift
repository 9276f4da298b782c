import Core
import Hummingbird
import Kubernetes

/// Tells clients what there is: `/api`, `/apis` and the resources of each group, in the old form and the aggregated one.
struct DiscoveryHandlers: Sendable {
    /// `127.0.0.1:6443`.
    let address: String

    func coreVersions(_ request: APIRequest) throws(KubernetesStatusError) -> Response {
        let representation = try Representation(accept: request.http.headers[.accept])
        if case .discovery(let version) = representation.form {
            return aggregated(groups: [""], version: version, representation)
        }
        return APIResponse.json([
            "kind": "APIVersions", "versions": ["v1"],
            "serverAddressByClientCIDRs": [["clientCIDR": "0.0.0.0/0", "serverAddress": .string(address)]],
        ])
    }

    func groups(_ request: APIRequest) throws(KubernetesStatusError) -> Response {
        let representation = try Representation(accept: request.http.headers[.accept])
        let names = APIGroup.named.map(\.name)
        if case .discovery(let version) = representation.form {
            return aggregated(groups: names, version: version, representation)
        }
        return APIResponse.json([
            "kind": "APIGroupList", "apiVersion": "v1", "groups": .array(APIGroup.named.map(\.json)),
        ])
    }

    func group(_ name: String) throws(KubernetesStatusError) -> Response {
        guard let group = APIGroup.named.first(where: { $0.name == name }) else { throw .resourceNotFound }
        var json = group.json
        json["kind"] = "APIGroup"
        json["apiVersion"] = "v1"
        return APIResponse.json(json)
    }

    func resources(group: String, version: String) throws(KubernetesStatusError) -> Response {
        let resources = APIGroup.resources(group: group, version: version)
        guard !resources.isEmpty else { throw .resourceNotFound }
        return APIResponse.json([
            "kind": "APIResourceList", "apiVersion": "v1",
            "groupVersion": .string(group.isEmpty ? version : "\(group)/\(version)"),
            "resources": .array(resources.flatMap(\.entries)),
        ])
    }

    private func aggregated(groups: [String], version: String, _ representation: Representation) -> Response {
        let items = groups.map { group -> JSON in
            let versions: [JSON] = APIGroup.versions(of: group).map { name in
                let resources = APIGroup.resources(group: group, version: name).map(\.discovery)
                return ["version": .string(name), "resources": .array(resources), "freshness": "Current"]
            }
            return ["metadata": group.isEmpty ? [:] : ["name": .string(group)], "versions": .array(versions)]
        }
        return APIResponse.json(
            [
                "kind": "APIGroupDiscoveryList", "apiVersion": .string("apidiscovery.k8s.io/\(version)"),
                "metadata": [:], "items": .array(items),
            ],
            contentType: representation.contentType
        )
    }
}

/// A named group of the API, and what is in it.
struct APIGroup: Sendable {
    let name: String
    let versions: [String]

    /// All but the core group, in the order of the first resource of each.
    static let named: [APIGroup] = {
        var names: [String] = []
        for resource in DiscoveredResource.all where !resource.type.group.isEmpty {
            if !names.contains(resource.type.group) { names.append(resource.type.group) }
        }
        return names.map { APIGroup(name: $0, versions: versions(of: $0)) }
    }()

    static func versions(of group: String) -> [String] {
        var versions: [String] = []
        for resource in DiscoveredResource.all where resource.type.group == group {
            if !versions.contains(resource.type.version) { versions.append(resource.type.version) }
        }
        return versions
    }

    static func resources(group: String, version: String) -> [DiscoveredResource] {
        DiscoveredResource.all.filter { $0.type.group == group && $0.type.version == version }
            .sorted { $0.type.plural < $1.type.plural }
    }

    var json: JSON {
        let entries = versions.map { version -> JSON in
            ["groupVersion": .string("\(name)/\(version)"), "version": .string(version)]
        }
        return ["name": .string(name), "versions": .array(entries), "preferredVersion": entries.first ?? .null]
    }
}
