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
        let connection = try ClusterConnection.resolve(
            try source(environment.cluster, of: environment),
            environment: variables
        )
        return try await KubernetesClient.with(connection) { client in try await body(ClientCluster(client)) }
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
        case .variable(let name, let context, let otherwise):
            if let text = variables[name], !text.isEmpty { return .variable(name, context: context) }
            guard let otherwise else { return .variable(name, context: context) }
            return try source(otherwise, of: environment)
        }
    }
}
