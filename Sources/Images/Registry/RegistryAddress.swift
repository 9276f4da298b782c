import Core
import Foundation

/// A repository in a registry, and the addresses of what is in it (OCI distribution 1.1).
struct RegistryAddress: Sendable, Hashable {
    let registry: String
    let repository: String
    private let base: String

    /// - Parameters:
    ///   - reference: Whose repository.
    ///   - plainHTTP: Uses HTTP without encryption; on this machine itself that is done anyway.
    init(_ reference: ImageReference, plainHTTP: Bool) {
        registry = reference.registry
        repository = reference.repository
        let host = reference.registryHost
        let isLocal = Self.isLoopback(Self.hostName(host))
        base = "\(plainHTTP || isLocal ? "http" : "https")://\(host)/v2/\(repository)/"
    }

    private static func hostName(_ host: String) -> String {
        if host.hasPrefix("[") { return String(host.dropFirst().prefix { $0 != "]" }) }
        return String(host.prefix { $0 != ":" })
    }

    /// Whether a host is this machine: then nobody can listen in between.
    static func isLoopback(_ host: String) -> Bool {
        host == "localhost" || host.hasSuffix(".localhost") || host == "::1"
            || host.wholeMatch(of: /127\.[0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}/) != nil
    }

    func url(_ path: String, query: [URLQueryItem] = []) throws -> URL {
        var components = URLComponents(string: base + path)
        if !query.isEmpty { components?.queryItems = query }
        guard let url = components?.url else {
            throw SlipwayError(.invalidInput, "\(base)\(path) is not a valid address")
        }
        return url
    }

    func manifest(_ name: String) throws -> URL { try url("manifests/\(name)") }
    func blob(_ digest: Digest) throws -> URL { try url("blobs/\(digest)") }

    func scopes(_ actions: String) -> [String] { ["repository:\(repository):\(actions)"] }
}
