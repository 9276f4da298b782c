import Core
import Foundation
import Kubernetes

/// Finds an environment's cluster and its credentials, which stay in memory.
package struct ClusterOpener: Sendable {
    let state: StateDirectory
    let variables: [String: String]

    package init(state: StateDirectory, variables: [String: String]) {
        self.state = state
        self.variables = variables
    }

    /// Runs `body` with a connection that ends with it.
    ///
    /// - Throws: `SlipwayError` saying what is missing, and what `body` throws.
    package func with<Value>(
        _ environment: EnvironmentSettings,
        _ body: (any ReleaseCluster) async throws -> Value
    ) async throws -> Value {
        let choice = environment.cluster.decided(by: variables)
        return try await KubernetesClient.with(try connection(environment)) { client in
            try await body(ClientCluster(client, isLocal: choice == .local))
        }
    }

    /// How the environment's cluster is reached.
    ///
    /// - Throws: `SlipwayError` or `DiagnosticsError` saying what is missing or wrong.
    func connection(_ environment: EnvironmentSettings) throws -> ClusterConnection {
        let choice = environment.cluster.decided(by: variables)
        return try ClusterConnection.resolve(try source(choice, of: environment), environment: variables)
    }

    private func source(_ choice: ClusterChoice, of environment: EnvironmentSettings) throws -> ClusterSource {
        switch choice {
        case .local:
            let file = state.cluster.appending(path: "kubeconfig")
            guard FileManager.default.fileExists(atPath: file.path) else {
                throw SlipwayError(
                    .external,
                    "The local cluster, where \(environment.name) lives, was never started",
                    at: environment.location,
                    next: "Start it: slipway cluster up"
                )
            }
            return .file(file)
        case .kubeconfig(let context): return .standard(context: context)
        case .variable(let name, let context, _): return .variable(name, context: context)
        }
    }
}

extension ClusterChoice {
    /// What is left to choose once the environment variables are known.
    fileprivate func decided(by variables: [String: String]) -> ClusterChoice {
        guard case .variable(let name, _, let otherwise?) = self, variables[name, default: ""].isEmpty else {
            return self
        }
        return otherwise.decided(by: variables)
    }
}
