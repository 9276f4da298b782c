import Core
import Foundation

/// Where to learn how to reach a cluster.
package enum ClusterSource: Sendable, Hashable {
    /// One kubeconfig file, and which of its contexts.
    case file(URL, context: String? = nil)
    /// An environment variable that holds a kubeconfig, plain or in base64, as CI secrets do.
    case variable(String, context: String? = nil)
    /// What the stock tools do: `KUBECONFIG`, else `~/.kube/config`, else the pod's own service account.
    case standard(context: String? = nil)
    /// The service account of the pod we run in.
    case inCluster
}

extension ClusterConnection {
    /// - Throws: `SlipwayError` or `DiagnosticsError` saying what is missing or wrong and what to do.
    package static func resolve(
        _ source: ClusterSource,
        environment: [String: String] = ProcessInfo.processInfo.environment
    ) throws -> ClusterConnection {
        var connection = try unproxied(source, environment: environment)
        connection.proxy = connection.proxy ?? ProxySettings(environment).proxy(for: connection.server)
        return connection
    }

    private static func unproxied(
        _ source: ClusterSource,
        environment: [String: String]
    ) throws -> ClusterConnection {
        switch source {
        case .file(let url, let context):
            return try Kubeconfig(file: url).connection(context: context)
        case .variable(let name, let context):
            guard let text = environment[name], !text.isEmpty else {
                throw SlipwayError(
                    .invalidInput,
                    "The environment variable \(name) is not set",
                    why: "It must hold the kubeconfig of the cluster, plain or in base64",
                    next: "Set it, for example: export \(name)=\"$(base64 -w0 < kubeconfig)\""
                )
            }
            return try Kubeconfig(plainOrBase64: text, name: name).connection(context: context)
        case .inCluster:
            return try InCluster.connection(environment: environment)
        case .standard(let context):
            let kubeconfig = try Kubeconfig.standard(environment: environment)
            if kubeconfig.isEmpty, InCluster.isPresent(environment: environment) {
                return try InCluster.connection(environment: environment)
            }
            guard !kubeconfig.isEmpty else {
                throw SlipwayError(
                    .invalidInput,
                    "There is no kubeconfig",
                    why: "KUBECONFIG names none that exists, ~/.kube/config is absent, and this is no pod",
                    next: "Set KUBECONFIG, or start a local cluster with: slipway cluster up"
                )
            }
            return try kubeconfig.connection(context: context)
        }
    }
}

extension Kubeconfig {
    package init(file url: URL) throws {
        let text: String
        do {
            text = try String(contentsOf: url, encoding: .utf8)
        } catch {
            throw SlipwayError(.invalidInput, "Cannot read the kubeconfig \(url.path)", why: error.localizedDescription)
        }
        try self.init(text: text, file: url.path, folder: url.deletingLastPathComponent())
    }

    /// A kubeconfig held in a variable: base64 is recognised by having no `:`.
    init(plainOrBase64 text: String, name: String) throws {
        if text.contains(":") {
            try self.init(text: text, file: "$\(name)")
            return
        }
        guard let data = Data(base64Encoded: text.filter { !$0.isWhitespace }),
            let decoded = String(data: data, encoding: .utf8)
        else {
            throw SlipwayError(
                .invalidInput,
                "The environment variable \(name) holds no kubeconfig",
                why: "It is neither YAML nor base64 of YAML",
                next: "Encode the file anew: base64 -w0 < kubeconfig"
            )
        }
        try self.init(text: decoded, file: "$\(name)")
    }

    /// `KUBECONFIG`'s list of files merged, absent ones skipped; without it, `~/.kube/config`.
    static func standard(environment: [String: String]) throws -> Kubeconfig {
        var merged = Kubeconfig()
        let list = environment["KUBECONFIG"] ?? ""
        var paths = list.split(separator: ":").map(String.init)
        if list.isEmpty, let home = environment["HOME"] { paths = ["\(home)/.kube/config"] }
        for path in paths where FileManager.default.fileExists(atPath: path) {
            merged.merge(try Kubeconfig(file: URL(filePath: path)))
        }
        return merged
    }
}
