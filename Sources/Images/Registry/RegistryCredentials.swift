import Core
import Foundation

/// How to prove to a registry who is asking.
package enum RegistryCredential: Sendable, Hashable {
    case password(user: String, Secret)
    /// A token that is exchanged for others (OAuth 2 refresh token).
    case identityToken(Secret)
}

/// Looks credentials up where Docker, Podman and pipelines keep them.
package struct RegistryCredentials: Sendable {
    private let explicit: RegistryCredential?
    private let environment: [String: String]
    private let home: URL

    /// - Parameters:
    ///   - explicit: What the user gave for this command; goes before everything else.
    ///   - environment: For `DOCKER_USERNAME` and `DOCKER_PASSWORD`, and for where the configuration lies.
    ///   - home: The user's own folder.
    package init(
        explicit: RegistryCredential? = nil,
        environment: [String: String] = ProcessInfo.processInfo.environment,
        home: URL = FileManager.default.homeDirectoryForCurrentUser
    ) {
        self.explicit = explicit
        self.environment = environment
        self.home = home
    }

    /// The credential for a registry; nil to ask as anybody.
    ///
    /// - Throws: `SlipwayError` where a configuration is damaged or a credential helper fails.
    package func credential(for registry: String) async throws -> RegistryCredential? {
        if let explicit { return explicit }
        for file in configurationFiles {
            guard let data = try? Data(contentsOf: file) else { continue }
            let configuration = try JSON(parsing: data)
            if let found = try await credential(for: registry, in: configuration, file) { return found }
        }
        // The variables name no registry: they are Docker Hub's, or that of DOCKER_REGISTRY.
        let meant = environment["DOCKER_REGISTRY"].flatMap { $0.isEmpty ? nil : $0 } ?? ImageReference.dockerHub
        if let user = environment["DOCKER_USERNAME"], let password = environment["DOCKER_PASSWORD"], !user.isEmpty,
            Self.keys(for: registry).contains(meant)
        {
            return .password(user: user, Secret(password))
        }
        return nil
    }

    private var configurationFiles: [URL] {
        var files: [URL] = []
        if let file = environment["REGISTRY_AUTH_FILE"] { files.append(URL(filePath: file)) }
        let docker = environment["DOCKER_CONFIG"].map { URL(filePath: $0) } ?? home.appending(path: ".docker")
        files.append(docker.appending(path: "config.json"))
        if let runtime = environment["XDG_RUNTIME_DIR"] {
            files.append(URL(filePath: runtime).appending(path: "containers/auth.json"))
        }
        files.append(home.appending(path: ".config/containers/auth.json"))
        return files
    }

    /// The names under which a registry's credentials may be kept, the most exact first.
    private static func keys(for registry: String) -> [String] {
        let names =
            registry == ImageReference.dockerHub
            ? ["https://index.docker.io/v1/", "docker.io", "index.docker.io", "registry-1.docker.io"] : [registry]
        return names.flatMap { [$0, "https://\($0)", "https://\($0)/v1/", "https://\($0)/v2/", "http://\($0)"] }
    }

    private func credential(
        for registry: String,
        in configuration: JSON,
        _ file: URL
    ) async throws -> RegistryCredential? {
        let keys = Self.keys(for: registry)
        let helper =
            keys.compactMap { configuration["credHelpers"]?[$0]?.string }.first ?? configuration["credsStore"]?.string
        if let helper, !helper.isEmpty {
            for key in keys {
                if let found = try await CredentialHelper(name: helper).get(key) { return found }
            }
        }
        for key in keys {
            guard let entry = configuration["auths"]?[key], entry.object?.isEmpty == false else { continue }
            if let token = entry["identitytoken"]?.string, !token.isEmpty { return .identityToken(Secret(token)) }
            if let user = entry["username"]?.string, let password = entry["password"]?.string {
                return .password(user: user, Secret(password))
            }
            guard let encoded = entry["auth"]?.string, !encoded.isEmpty else { continue }
            guard let data = Data(base64Encoded: encoded), let text = String(data: data, encoding: .utf8),
                let colon = text.firstIndex(of: ":")
            else {
                throw SlipwayError(
                    .invalidInput,
                    "The entry for \(key) in \(file.path) is damaged",
                    why: "\"auth\" is not user:password in base 64.",
                    next: "Log in again: docker login \(registry)"
                )
            }
            return .password(user: String(text[..<colon]), Secret(String(text[text.index(after: colon)...])))
        }
        return nil
    }
}
