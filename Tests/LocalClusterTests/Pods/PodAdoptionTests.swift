import Core
import Foundation
import Kubernetes
import Testing

@testable import LocalCluster

/// Pods go on while no server looks after them.
@Suite(.enabled(if: PodTestRequirements.containers && PodTestRequirements.hasProducts, PodTestRequirements.reason))
struct PodAdoptionTests {
    @Test("a restarted server finds a pod as it is, hears what happened meanwhile, and goes on")
    func restart() async throws {
        try await NodeCluster.alone { cluster in
            let before = try await cluster.running {
                try await cluster.create(cluster.readyPod("web"))
                return try await cluster.pod("web", is: "ready") { $0.isReady }
            }
            let address = try #require(before.podIP)
            #expect(try await cluster.get("web", "/health").contains("ok"), "the pod answers without a server")

            let after = try await cluster.running {
                _ = try await eventually("the node runs again") {
                    await cluster.store.get(.node, name: "node1").map { _ in true }
                }
                try await cluster.create(cluster.pod("other"))
                try await cluster.pod("other", is: "running") { $0.phase == "Running" }
                return try await cluster.pod("web", is: "ready") { $0.isReady }
            }
            #expect(after.containerStatuses == before.containerStatuses)
            #expect(after.podIP == address)

            // It ends while nobody looks; the next server hears of it and starts it again.
            let run = PodFolder(url: cluster.folder.appending(path: "pods/\(before.uid)")).container("main", run: 0)
            #expect(run.send(.signal(SIGKILL)))
            _ = try await eventually("the shim has ended") { run.hasLiveShim ? nil : true }
            try await cluster.running {
                let pod = try await cluster.pod("web", is: "restarted and ready") {
                    $0.isReady && $0.containerStatuses.first?.restartCount == 1
                }
                #expect(pod.containerStatuses.first?.lastTermination?.exitCode == 137)
                #expect(pod.podIP == address)
            }
        }
    }

    @Test("a pod that was deleted while no server ran is ended by the next one")
    func orphan() async throws {
        try await NodeCluster.alone { cluster in
            let pod = try await cluster.running {
                try await cluster.create(cluster.readyPod("web"))
                return try await cluster.pod("web", is: "ready") { $0.isReady }
            }
            try await cluster.delete("web", grace: 0)
            #expect(try await cluster.answers(pod))
            try await cluster.running {
                _ = try await eventually("the container has ended") { try await cluster.answers(pod) ? nil : true }
                let folder = cluster.folder.appending(path: "pods/\(pod.uid)")
                _ = try await eventually("its folder is gone") {
                    FileManager.default.fileExists(atPath: folder.path) ? nil : true
                }
            }
        }
    }

    @Test("a container whose shim was killed is ended and started again")
    func lostShim() async throws {
        try await NodeCluster.with { cluster in
            try await cluster.create(cluster.readyPod("web"))
            let pod = try await cluster.pod("web", is: "ready") { $0.isReady }
            let run = PodFolder(url: cluster.folder.appending(path: "pods/\(pod.uid)")).container("main", run: 0)
            let shim = try #require(run.readStatus()?.shim)
            #expect(shim.signal(SIGKILL))
            let again = try await cluster.pod("web", is: "restarted") {
                $0.isReady && $0.containerStatuses.first?.restartCount == 1
            }
            #expect(again.containerStatuses.first?.lastTermination?.exitCode == 137)
            #expect(try await cluster.get("web", "/health").contains("ok"))
        }
    }

    @Test("what a cluster has left behind ends by itself when its folder is deleted")
    func deletedFolder() async throws {
        try await NodeCluster.alone { cluster in
            let pod = try await cluster.running {
                try await cluster.create(cluster.readyPod("web"))
                return try await cluster.pod("web", is: "ready") { $0.isReady }
            }
            let plan = try #require(NetworkPlan.read(cluster: cluster.folder.resolvingSymlinksInPath()))
            let run = PodFolder(url: cluster.folder.appending(path: "pods/\(pod.uid)")).container("main", run: 0)
            guard case .running(let running)? = run.readStatus()?.state else {
                Issue.record("the container does not run")
                return
            }
            // Not its address: that may be another cluster's in a moment.
            let process = try #require(ProcessIdentity(running: running.pid))
            try FileManager.default.removeItem(at: cluster.folder)
            _ = try await eventually("the container has ended") { process.isRunning ? nil : true }
            // The next cluster of this machine removes the network of the one that is gone.
            try await NodeCluster.with { other in
                _ = try await eventually("its node runs") { await other.store.get(.node, name: "node1") }
            }
            let interfaces = try await SystemCommand("ip", ["-brief", "link"]).succeed()
            #expect(!interfaces.contains(plan.bridge))
            let namespaces = try await SystemCommand("ip", ["netns"]).succeed()
            #expect(!namespaces.contains(plan.namespacePrefix))
        }
    }
}
