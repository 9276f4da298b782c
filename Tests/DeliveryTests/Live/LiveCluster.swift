import Core
import Foundation
import Kubernetes
import Testing

@testable import Delivery

/// A local cluster of the tests' own, with an image of the sample service: real processes, real containers, the real
/// command.
struct LiveCluster: Sendable {
    @TaskLocal static var current: LiveCluster?

    static let sample = SharedData.repository.appending(path: ".build/debug/SampleService")
    static var isPossible: Bool {
        SlipwayBinary.exists && FileManager.default.isExecutableFile(atPath: sample.path)
    }

    let folder: TemporaryFolder
    var state: URL { folder.url.appending(path: "state") }

    static func started() async throws -> LiveCluster {
        let cluster = LiveCluster(folder: try TemporaryFolder())
        // The image says which sources it is from, so there must be some.
        try cluster.folder.write("source.txt", "sample")
        try cluster.folder.write(".gitignore", "state\n")
        try await cluster.folder.git("init", "-q", "-b", "main")
        try await cluster.folder.git("add", ".")
        try await cluster.folder.git("commit", "-q", "-m", "sample")
        let built = try await cluster.slipway(
            "image",
            "build",
            "--executable",
            sample.path,
            "--name",
            "sample",
            "--tag",
            "develop",
            "--source",
            cluster.folder.url.path
        )
        try #require(built.succeeded, "\(built.error)")
        let up = try await cluster.slipway("cluster", "up")
        try #require(up.succeeded, "\(up.error)")
        return cluster
    }

    func stop() async {
        let down = try? await slipway("cluster", "down", "--purge")
        if down?.succeeded != true { Issue.record("the cluster did not stop: \(down?.error ?? "no answer")") }
    }

    func slipway(_ arguments: String...) async throws -> CommandRunner.Answer {
        try await CommandRunner(folder: folder.url, environment: ["SLIPWAY_DIR": state.path])
            .run([SlipwayBinary.url.path] + arguments, timeout: 120)
    }

    func client() throws -> KubernetesClient {
        try KubernetesClient(.resolve(.file(state.appending(path: "cluster/kubeconfig"))))
    }
}

/// Starts one cluster for a whole suite and stops it afterwards.
struct LiveClusterTrait: SuiteTrait, TestScoping {
    @concurrent
    func provideScope(
        for test: Test,
        testCase: Test.Case?,
        performing function: @Sendable @concurrent () async throws -> Void
    ) async throws {
        let cluster = try await LiveCluster.started()
        do {
            try await LiveCluster.$current.withValue(cluster, operation: function)
        } catch {
            await cluster.stop()
            throw error
        }
        await cluster.stop()
    }
}

extension Trait where Self == LiveClusterTrait {
    static var liveCluster: Self { LiveClusterTrait() }
}
