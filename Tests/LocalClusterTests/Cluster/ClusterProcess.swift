import Core
import Foundation
import Kubernetes
import Subprocess
import SystemPackage
import Testing

@testable import LocalCluster

/// The built `slipway` command with a state folder of its own; stops what it started.
struct ClusterProcess: Sendable {
    let state: URL

    static var executable: URL { PodTestRequirements.products.appending(path: "slipway") }
    static var isBuilt: Bool { FileManager.default.isExecutableFile(atPath: executable.path) }

    var directory: ClusterDirectory { ClusterDirectory(state.appending(path: "cluster")) }

    static func run(_ body: (ClusterProcess) async throws -> Void) async throws {
        try await withTemporaryDirectory { folder in
            let cluster = ClusterProcess(state: folder)
            do {
                try await body(cluster)
            } catch {
                _ = try await cluster.slipway("down", "--purge")
                throw error
            }
            _ = try await cluster.slipway("down", "--purge")
        }
    }

    func slipway(_ arguments: String...) async throws -> TestServer.Output {
        try await command([Self.executable.path, "cluster"] + arguments)
    }

    func kubectl(_ arguments: [String], input: String = "") async throws -> TestServer.Output {
        let cache = state.appending(path: "kubectl-cache").path
        let options = ["--kubeconfig", directory.kubeconfig.path, "--cache-dir", cache]
        return try await command(["kubectl"] + options + arguments, input: input)
    }

    func kubectl(_ arguments: String..., input: String = "") async throws -> TestServer.Output {
        try await kubectl(arguments, input: input)
    }

    private func command(_ words: [String], input: String = "") async throws -> TestServer.Output {
        let result = try await Subprocess.run(
            .path("/usr/bin/env"),
            arguments: .init(words),
            environment: .inherit.updating(["SLIPWAY_DIR": state.path]),
            input: .string(input),
            output: .string(limit: 1 << 22),
            error: .string(limit: 1 << 22)
        )
        let code: Int =
            switch result.terminationStatus {
            case .exited(let code): Int(code)
            case .signaled(let signal): 128 + Int(signal)
            }
        return TestServer.Output(code: code, output: result.standardOutput, errors: result.standardError)
    }
}
