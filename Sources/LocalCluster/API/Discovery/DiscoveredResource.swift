import Core
import Kubernetes

/// What discovery says about one resource.
struct DiscoveredResource: Sendable {
    let type: ResourceType
    let verbs: [String]
    let subresources: [Subresource]

    struct Subresource: Sendable {
        let name: String
        /// What requests and answers are made of.
        let kind: String
        let group: String
        let version: String
        let verbs: [String]
    }

    static let all: [DiscoveredResource] =
        ServedResource.all.map { resource in
            DiscoveredResource(
                type: resource.type,
                verbs: resource.verbs,
                subresources: resource.subresources.map { subresource($0, of: resource.type) }
            )
        }
        + [DiscoveredResource(type: .selfSubjectAccessReview, verbs: ["create"], subresources: [])]

    private static func subresource(_ name: String, of type: ResourceType) -> Subresource {
        let own = (kind: type.kind, group: "", version: "")
        let (kind, verbs): ((kind: String, group: String, version: String), [String]) =
            switch name {
            case "scale": (("Scale", "autoscaling", "v1"), ["get", "patch", "update"])
            case "log": (own, ["get"])
            case "proxy": (("\(type.kind)ProxyOptions", "", ""), ["create", "delete", "get", "patch", "update"])
            case "finalize": (own, ["update"])
            default: (own, ["get", "patch", "update"])
            }
        return Subresource(name: name, kind: kind.kind, group: kind.group, version: kind.version, verbs: verbs)
    }

    /// The entries of an `APIResourceList`: the resource and its subresources.
    var entries: [JSON] {
        var own: JSON = [
            "name": .string(type.plural), "singularName": .string(type.singular),
            "namespaced": .bool(type.isNamespaced), "kind": .string(type.kind),
            "verbs": .array(verbs.map(JSON.string)),
        ]
        if !type.shortNames.isEmpty { own["shortNames"] = .array(type.shortNames.map(JSON.string)) }
        if !type.categories.isEmpty { own["categories"] = .array(type.categories.map(JSON.string)) }
        return [own]
            + subresources.map { sub in
                var entry: JSON = [
                    "name": .string("\(type.plural)/\(sub.name)"), "singularName": "",
                    "namespaced": .bool(type.isNamespaced), "kind": .string(sub.kind),
                    "verbs": .array(sub.verbs.map(JSON.string)),
                ]
                if !sub.group.isEmpty {
                    entry["group"] = .string(sub.group)
                    entry["version"] = .string(sub.version)
                }
                return entry
            }
    }

    /// The entry of the aggregated form.
    var discovery: JSON {
        var entry: JSON = [
            "resource": .string(type.plural), "scope": type.isNamespaced ? "Namespaced" : "Cluster",
            "responseKind": Self.kind(type.kind, type.group, type.version), "singularResource": .string(type.singular),
            "verbs": .array(verbs.map(JSON.string)),
        ]
        if !type.shortNames.isEmpty { entry["shortNames"] = .array(type.shortNames.map(JSON.string)) }
        if !type.categories.isEmpty { entry["categories"] = .array(type.categories.map(JSON.string)) }
        if !subresources.isEmpty {
            entry["subresources"] = .array(
                subresources.map { sub in
                    [
                        "subresource": .string(sub.name), "responseKind": Self.kind(sub.kind, sub.group, sub.version),
                        "verbs": .array(sub.verbs.map(JSON.string)),
                    ]
                }
            )
        }
        return entry
    }

    private static func kind(_ kind: String, _ group: String, _ version: String) -> JSON {
        ["group": .string(group), "version": .string(version), "kind": .string(kind)]
    }
}
