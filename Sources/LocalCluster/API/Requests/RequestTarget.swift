import Kubernetes

/// What the path of a request names.
enum RequestTarget: Sendable, Hashable {
    case health(String)
    case version
    /// `/api` and `/apis`.
    case coreVersions, groups
    case group(String)
    case resources(group: String, version: String)
    case openAPIIndex
    /// `api/v1`, `apis/apps/v1`.
    case openAPI(String)
    case resource(ResourceTarget)
    case unknown

    init(path: String) throws(KubernetesStatusError) {
        var decoded: [String] = []
        let raw = path.split(separator: "/", omittingEmptySubsequences: true)
        for segment in raw {
            guard let text = PercentEncoding.decode(segment) else {
                throw .badRequest("invalid escape in path \(path)")
            }
            decoded.append(text)
        }
        self = Self.target(decoded, path: path)
    }

    private static func target(_ segments: [String], path: String) -> RequestTarget {
        switch segments.first {
        case "livez", "readyz", "healthz": .health(segments[0])
        case "version" where segments.count == 1: .version
        case "openapi" where segments.count >= 2 && segments[1] == "v3":
            segments.count == 2 ? .openAPIIndex : .openAPI(segments.dropFirst(2).joined(separator: "/"))
        case "api":
            switch segments.count {
            case 1: .coreVersions
            case 2: .resources(group: "", version: segments[1])
            default: resource("", segments[1], Array(segments.dropFirst(2)), path: path, skip: 2)
            }
        case "apis":
            switch segments.count {
            case 1: .groups
            case 2: .group(segments[1])
            case 3: .resources(group: segments[1], version: segments[2])
            default: resource(segments[1], segments[2], Array(segments.dropFirst(3)), path: path, skip: 3)
            }
        default: .unknown
        }
    }

    private static func resource(
        _ group: String,
        _ version: String,
        _ segments: [String],
        path: String,
        skip: Int
    ) -> RequestTarget {
        var rest = segments
        var skipped = skip
        var namespace: String?
        // `namespaces/x/status` is a namespace's own subresource, `namespaces/x/pods` a resource within.
        if rest.count >= 3, rest[0] == "namespaces", !["status", "finalize"].contains(rest[2]) {
            namespace = rest[1]
            rest.removeFirst(2)
            skipped += 2
        }
        guard let plural = rest.first else { return .unknown }
        var tail: String?
        if rest.count > 3 || (rest.count == 3 && path.hasSuffix("/") && rest[2] == "proxy") {
            guard rest[2] == "proxy" else { return .unknown }
            tail = rawTail(of: path, behind: skipped + 3)
        }
        return .resource(
            ResourceTarget(
                group: group,
                version: version,
                plural: plural,
                namespace: namespace,
                name: rest.count > 1 ? rest[1] : nil,
                subresource: rest.count > 2 ? rest[2] : nil,
                tail: tail
            )
        )
    }

    /// The path behind so many segments, as it was written: escapes belong to the service that is proxied to.
    private static func rawTail(of path: String, behind count: Int) -> String {
        var rest = Substring(path)
        for _ in 0..<count {
            rest = rest.drop { $0 == "/" }
            rest = rest.drop { $0 != "/" }
        }
        return String(rest)
    }
}

/// A resource, one object of it, or an object's subresource.
struct ResourceTarget: Sendable, Hashable {
    let group: String
    let version: String
    let plural: String
    let namespace: String?
    let name: String?
    let subresource: String?
    /// What follows `proxy`, with its slash, undecoded; nil for no slash at all.
    let tail: String?
}
