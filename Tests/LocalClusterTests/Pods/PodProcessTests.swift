import Core
import Foundation
import Kubernetes
import Testing

@testable import LocalCluster

/// Pods where containers cannot be had: plain processes on loopback addresses of their own.
@Suite(.enabled(if: PodTestRequirements.hasProducts, "the build's products are missing"))
struct PodProcessTests {
    @Test("a pod is a process that is told its own address as HOST, sees its volumes, and ends gracefully")
    func life() async throws {
        try await NodeCluster.with(engine: .processes) { cluster in
            try await cluster.create(StoreFixtures.configMap("settings", ["greeting": "hello"]))
            for name in ["one", "two"] { try await cluster.create(cluster.readyPod(name)) }
            let one = try await cluster.pod("one", is: "ready") { $0.isReady }
            let two = try await cluster.pod("two", is: "ready") { $0.isReady }
            #expect(one.podIP?.hasPrefix("127.88.") == true)
            #expect(one.podIP != two.podIP, "two pods serve the same port")
            #expect(try await cluster.get("two", "/health").contains("ok"))
            #expect(try await cluster.log("one").contains("listens on \(one.podIP ?? ""):8000"))

            var job = cluster.script("job", "read -r x <\"$SETTINGS/greeting\"; echo $x; exit 7")
            job["spec", "volumes"] = [["name": "settings", "configMap": ["name": "settings"]]]
            job.changeMain {
                $0["env"] = [["name": "SETTINGS", "value": "/etc/settings"]]
                $0["volumeMounts"] = [["name": "settings", "mountPath": "/etc/settings"]]
            }
            try await cluster.create(job)
            let ended = try await cluster.pod("job", is: "finished") { $0.isFinished }
            #expect(ended.containerStatuses.first?.termination?.exitCode == 7)
            #expect(try await cluster.log("job") == "hello\n")

            for name in ["one", "two"] {
                try await cluster.delete(name)
                try await cluster.isGone(name)
            }
            #expect(try await cluster.answers(one) == false)
        }
    }
}
