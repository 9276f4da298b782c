import Core
import Foundation

extension Kubeconfig {
    static func credentials(of user: Entry, for cluster: Entry) throws -> ClusterCredentials {
        let node = user.node
        if let provider = node["auth-provider"] {
            throw wrong(
                "The user \"\(user.name)\" uses auth-provider, which Kubernetes removed in 1.26",
                provider,
                help: "Use an exec plugin of your cloud's tool, a token, or a client certificate."
            )
        }
        if let basic = node["username"] ?? node["password"], basic.nonEmpty != nil {
            throw wrong(
                "The user \"\(user.name)\" has a name and a password, which Kubernetes stopped accepting in 1.19",
                basic,
                help: "Use a token, a client certificate or an exec plugin."
            )
        }
        if let certificate = try clientCertificate(of: user) { return .clientCertificate(certificate) }
        if let token = node["token"]?.nonEmpty { return .token(Secret(token)) }
        if let path = node["tokenFile"]?.nonEmpty { return .tokenFile(file(path, of: user)) }
        if let exec = node["exec"], !exec.isNull { return .exec(try plugin(exec, user: user, cluster: cluster)) }
        return .none
    }

    private static func clientCertificate(of user: Entry) throws -> ClientCertificate? {
        let chain = try data(user, "client-certificate")
        let key = try data(user, "client-key")
        switch (chain, key) {
        case (nil, nil): return nil
        case (let chain?, let key?):
            return ClientCertificate(chain: chain, key: Secret(String(decoding: key, as: UTF8.self)))
        case (nil, _): throw wrong("The user \"\(user.name)\" has a client key without a certificate", user.node)
        case (_, nil): throw wrong("The user \"\(user.name)\" has a client certificate without a key", user.node)
        }
    }

    private static func plugin(_ node: YAMLNode, user: Entry, cluster: Entry) throws -> ExecPlugin {
        guard let command = node["command"]?.nonEmpty else {
            throw wrong("The exec plugin of the user \"\(user.name)\" has no command", node)
        }
        let version = node["apiVersion"]?.text ?? ""
        guard ExecPlugin.supportedVersions.contains(version) else {
            throw wrong(
                "The exec plugin speaks \"\(version)\"",
                node["apiVersion"] ?? node,
                help: "Supported are \(ExecPlugin.supportedVersions.joined(separator: " and "))."
            )
        }
        if node["interactiveMode"]?.text == "Always" {
            throw wrong(
                "The exec plugin \(command) wants to ask somebody (interactiveMode: Always)",
                node["interactiveMode"] ?? node,
                help: "A pipeline has nobody to answer: use a service account's token."
            )
        }
        // A command with a slash is relative to the kubeconfig; a bare name is looked up in PATH.
        let resolved = command.contains("/") ? file(command, of: user).path : command
        return ExecPlugin(
            apiVersion: version,
            command: resolved,
            arguments: node["args"]?.sequence?.compactMap(\.text) ?? [],
            environment: (node["env"]?.sequence ?? []).compactMap { entry in
                entry["name"]?.text.map { ($0, entry["value"]?.text ?? "") }
            }.reduce(into: [:]) { $0[$1.0] = $1.1 },
            installHint: node["installHint"]?.nonEmpty,
            cluster: node["provideClusterInfo"]?.flag ?? false ? clusterInfo(cluster) : nil
        )
    }

    /// What a plugin is told about the cluster (`ExecCredential.spec.cluster`).
    private static func clusterInfo(_ cluster: Entry) -> JSON {
        var info: [String: JSON] = [:]
        for (field, name) in [
            ("server", "server"), ("tls-server-name", "tls-server-name"), ("proxy-url", "proxy-url"),
            ("certificate-authority-data", "certificate-authority-data"),
        ] {
            if let text = cluster.node[field]?.nonEmpty { info[name] = .string(text) }
        }
        if cluster.node["insecure-skip-tls-verify"]?.flag ?? false { info["insecure-skip-tls-verify"] = true }
        let extensions = cluster.node["extensions"]?.sequence ?? []
        let own = extensions.first { $0["name"]?.text == "client.authentication.k8s.io/exec" }
        info["config"] = own?["extension"]?.json
        return .object(info)
    }
}
