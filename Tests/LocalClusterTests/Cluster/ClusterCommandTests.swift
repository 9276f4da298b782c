import Core
import Foundation
import Kubernetes
import Subprocess
import SystemPackage
import Testing

@testable import LocalCluster

@Suite(
    "Cluster: up, down, status",
    .enabled(if: ClusterProcess.isBuilt, "slipway is not built"),
    .enabled(if: TestServer.hasKubectl, "kubectl is not installed")
)
struct ClusterCommandTests {
    @Test("up starts a server that outlives the command; up again leaves it; down stops it")
    func life() async throws {
        try await ClusterProcess.run { cluster in
            let before = try await cluster.slipway("status", "--json")
            #expect(before.code == 1)
            #expect(try JSON(parsing: before.output)["running"] == false)

            let up = try await cluster.slipway("up")
            #expect(up.code == 0, "\(up.errors)")
            #expect(up.output.hasPrefix("The local cluster is up.\n"))
            let record = try #require(ClusterRecord.running(in: cluster.directory))
            #expect(try await cluster.kubectl("get", "namespaces", "-o", "name").output.contains("namespace/default"))

            let again = try await cluster.slipway("up")
            #expect(again.output.hasPrefix("The local cluster was up already.\n"))
            #expect(ClusterRecord.running(in: cluster.directory) == record)

            let status = try JSON(parsing: try await cluster.slipway("status", "--json").output)
            #expect(status["running"] == true)
            #expect(status["pid"] == .int(Int64(record.process.pid)))
            #expect(status["server"]?.string == record.address)
            #expect(status["nodes"]?.array?.count == 1)

            let down = try await cluster.slipway("down")
            #expect(down.output == "The local cluster is down.\n")
            #expect(!record.process.isRunning)
            #expect(try await cluster.slipway("down").output == "The local cluster was not running.\n")
        }
    }

    @Test("objects, port, kubeconfig and its namespace survive kill -9")
    func killed() async throws {
        try await ClusterProcess.run { cluster in
            _ = try await cluster.slipway("up")
            _ = try await cluster.kubectl("create", "namespace", "kept")
            _ = try await cluster.kubectl("config", "set-context", "--current", "--namespace=kept")
            _ = try await cluster.kubectl("create", "configmap", "kept", "--from-literal=a=1")
            let first = try #require(ClusterRecord.running(in: cluster.directory))
            first.process.signal(SIGKILL)
            #expect(await first.process.waitForExit(limit: .seconds(10)))
            #expect(ClusterRecord.running(in: cluster.directory) == nil)
            #expect(try await cluster.slipway("status").code == 1)

            #expect(try await cluster.slipway("up").code == 0)
            let second = try #require(ClusterRecord.running(in: cluster.directory))
            #expect(second.process != first.process)
            #expect(second.port == first.port)
            let kept = try await cluster.kubectl("get", "configmap", "kept", "-o", "jsonpath={.data.a}")
            #expect(kept.output == "1", "\(kept.errors)")
        }
    }

    @Test("commands at once start one server")
    func together() async throws {
        try await ClusterProcess.run { cluster in
            let outputs = try await withThrowingTaskGroup(of: TestServer.Output.self) { group in
                for _ in 0..<3 { group.addTask { try await cluster.slipway("up") } }
                return try await group.reduce(into: [TestServer.Output]()) { $0.append($1) }
            }
            #expect(outputs.allSatisfy { $0.code == 0 })
            #expect(outputs.filter { $0.output.hasPrefix("The local cluster is up.") }.count == 1)
        }
    }

    @Test("a second server for the same folder is refused")
    func secondServer() async throws {
        try await ClusterProcess.run { cluster in
            _ = try await cluster.slipway("up")
            let serve = try await cluster.slipway("serve")
            #expect(serve.code == 4)
            #expect(serve.errors.contains("Another server runs this local cluster"))
        }
    }

    @Test("a process that only has the number of the server is left alone")
    func recycledNumber() async throws {
        try await ClusterProcess.run { cluster in
            try PrivateFile.makeDirectory(cluster.directory.url)
            let stranger = try DetachedProcess.start(
                "/bin/sleep",
                arguments: ["60"],
                output: cluster.state.appending(path: "sleep.log")
            )
            let record: JSON = [
                "process": [
                    "pid": .int(Int64(stranger.pid)), "startTime": .int(Int64(stranger.startTime) - 1),
                    "boot": .string(stranger.boot),
                ], "port": 1, "started": "2026-11-23T11:00:00Z", "notes": [],
            ]
            try PrivateFile.write(record.text(), to: cluster.directory.record)
            #expect(try await cluster.slipway("status").code == 1)
            #expect(try await cluster.slipway("down").output == "The local cluster was not running.\n")
            #expect(stranger.isRunning)
            #expect(await stranger.terminate(grace: .seconds(5)))
        }
    }

    @Test("a server that cannot start says why, and leaves nothing running")
    func failure() async throws {
        try await ClusterProcess.run { cluster in
            try PrivateFile.makeDirectory(cluster.directory.url)
            try PrivateFile.write(
                "this is no database, and long enough to be read as one",
                to: cluster.directory.objects
            )
            let up = try await cluster.slipway("up")
            #expect(up.code == 3)
            #expect(up.errors.contains("The local cluster's server ended as it started"))
            #expect(up.errors.contains("objects cannot be read"))
            #expect(ClusterRecord.running(in: cluster.directory) == nil)
        }
    }

    @Test("down --purge removes everything")
    func purge() async throws {
        try await ClusterProcess.run { cluster in
            _ = try await cluster.slipway("up")
            for file in ["kubeconfig", "token", "server.key", "server.log"] {
                let path = cluster.directory.url.appending(path: file).path
                #expect(FileStatus(path)?.permissions == 0o600, "\(file)")
            }
            #expect(try await cluster.slipway("down", "--purge").code == 0)
            #expect(!FileManager.default.fileExists(atPath: cluster.directory.url.path))
        }
    }
}
