import Core
import Foundation

extension Kubeconfig {
    /// What a context of this kubeconfig, by default the current one, says about its cluster and user.
    ///
    /// - Throws: `SlipwayError` or `DiagnosticsError` (invalid input) where something is missing, unreadable, or of a
    ///   kind that Slipway refuses.
    package func connection(context wanted: String? = nil) throws -> ClusterConnection {
        guard let contextName = wanted ?? currentContext else {
            throw SlipwayError(
                .invalidInput,
                "The kubeconfig names no current context",
                next: contextNames.isEmpty
                    ? "Give a kubeconfig with a cluster, a user and a context."
                    : "Choose one of its contexts: \(contextNames.joined(separator: ", "))."
            )
        }
        guard let context = contexts[contextName] else {
            throw SlipwayError(
                .invalidInput,
                "The kubeconfig has no context \"\(contextName)\"",
                next: Suggestion.help(for: contextName, in: contextNames)
            )
        }
        let clusterName = context.node["cluster"]?.text ?? ""
        guard let cluster = clusters[clusterName] else {
            throw Self.wrong(
                "The context \"\(contextName)\" names the cluster \"\(clusterName)\", which is not here",
                context.node["cluster"] ?? context.node,
                help: Suggestion.help(for: clusterName, in: clusters.keys)
            )
        }
        let userName = context.node["user"]?.nonEmpty
        if let userName, users[userName] == nil {
            throw Self.wrong(
                "The context \"\(contextName)\" names the user \"\(userName)\", which is not here",
                context.node["user"] ?? context.node,
                help: Suggestion.help(for: userName, in: users.keys)
            )
        }
        var connection = try Self.connection(to: cluster, named: contextName)
        connection.namespace = context.node["namespace"]?.nonEmpty ?? "default"
        if let user = userName.flatMap({ users[$0] }) {
            connection.credentials = try Self.credentials(of: user, for: cluster)
            connection.impersonation = Self.impersonation(of: user.node)
        }
        return connection
    }

    private static func connection(to cluster: Entry, named name: String) throws -> ClusterConnection {
        let node = cluster.node
        guard let address = node["server"]?.nonEmpty else {
            throw wrong("The cluster \"\(cluster.name)\" has no server", node)
        }
        guard let url = URL(string: address), let scheme = url.scheme, ["http", "https"].contains(scheme),
            url.host() != nil
        else {
            throw wrong(
                "\"\(address)\" is no address of a server",
                node["server"] ?? node,
                help: "Write https://HOST:PORT."
            )
        }
        let skips = node["insecure-skip-tls-verify"]?.flag ?? false
        let authorities = try data(cluster, "certificate-authority")
        if skips, authorities != nil {
            throw wrong(
                "The cluster \"\(cluster.name)\" has both a certificate authority and insecure-skip-tls-verify",
                node["insecure-skip-tls-verify"] ?? node,
                help: "Keep the authority."
            )
        }
        var proxy: URL?
        if let text = node["proxy-url"]?.nonEmpty {
            guard let url = URL(string: text), url.host() != nil, ["http", "socks5"].contains(url.scheme) else {
                throw wrong(
                    "\"\(text)\" is no proxy that Slipway can use",
                    node["proxy-url"] ?? node,
                    help: "Write http://HOST:PORT or socks5://HOST:PORT."
                )
            }
            proxy = url
        }
        return ClusterConnection(
            name: name,
            server: url,
            tls: ClusterTLS(
                authorities: authorities,
                serverName: node["tls-server-name"]?.nonEmpty,
                skipsVerification: skips
            ),
            proxy: proxy
        )
    }

    private static func impersonation(of node: YAMLNode) -> Impersonation? {
        guard let user = node["as"]?.nonEmpty else { return nil }
        return Impersonation(
            user: user,
            uid: node["as-uid"]?.nonEmpty,
            groups: node["as-groups"]?.sequence?.compactMap(\.text) ?? [],
            extra: Dictionary(
                (node["as-user-extra"]?.mapping ?? []).map { ($0.key, $0.value.sequence?.compactMap(\.text) ?? []) },
                uniquingKeysWith: { first, _ in first }
            )
        )
    }

    /// A field that is a file's name, or its content under the same name with `-data` behind it; the content wins.
    static func data(_ entry: Entry, _ field: String) throws -> Data? {
        if let node = entry.node["\(field)-data"], let text = node.nonEmpty {
            let compact = text.filter { !$0.isWhitespace }
            guard let data = Data(base64Encoded: compact) else {
                throw wrong("\(field)-data is not base64", node, help: "Encode the PEM text with base64, on one line.")
            }
            return data
        }
        guard let node = entry.node[field], let path = node.nonEmpty else { return nil }
        let url = file(path, of: entry)
        do {
            return try Data(contentsOf: url)
        } catch {
            throw wrong("Cannot read the \(field) \(url.path): \(error.localizedDescription)", node)
        }
    }

    static func file(_ path: String, of entry: Entry) -> URL {
        if path.hasPrefix("/") { return URL(filePath: path) }
        let folder =
            entry.folder ?? URL(filePath: FileManager.default.currentDirectoryPath, directoryHint: .isDirectory)
        return folder.appending(path: path)
    }
}
