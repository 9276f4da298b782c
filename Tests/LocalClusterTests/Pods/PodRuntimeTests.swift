import Core
import Foundation
import Kubernetes
import Testing

@testable import LocalCluster

@Suite(.enabled(if: PodTestRequirements.containers && PodTestRequirements.hasProducts, PodTestRequirements.reason))
struct PodRuntimeTests {
    private static let readiness: JSON = [
        "httpGet": ["path": "/health/readiness", "port": "http"], "periodSeconds": 1,
    ]

    @Test("a pod is scheduled, started, ready on an address of its own, logged, and ends gracefully")
    func life() async throws {
        try await NodeCluster.with { cluster in
            let watch = try await cluster.store.watch(.pod)
            try await cluster.create(cluster.pod("web") { $0["readinessProbe"] = Self.readiness })
            let pod = try await cluster.pod("web", is: "ready") { $0.isReady }
            #expect(pod.phase == "Running")
            #expect(pod.nodeName == "node1")
            let status = try #require(pod.containerStatuses.first)
            #expect(status.hasStarted)
            #expect(status.imageID.wholeMatch(of: /localhost\/sample@sha256:[0-9a-f]{64}/) != nil)
            #expect(status.json["containerID"]?.string?.wholeMatch(of: /slipway:\/\/[0-9a-f]{64}/) != nil)
            #expect(try await cluster.get("web", "/health").contains("\"ok\""))
            #expect(try await cluster.log("web").contains("listens on 0.0.0.0:8000"))
            let events = try await cluster.events(of: "web").filter { $0.hasPrefix("Normal") }
            #expect(
                events == [
                    "Normal Scheduled Successfully assigned default/web to node1",
                    "Normal Pulled Container image \"\(TestImages.name)\" already present on machine and can be "
                        + "accessed by the pod",
                    "Normal Created Container created", "Normal Started Container started",
                ]
            )

            try await cluster.delete("web")
            try await cluster.isGone("web")
            var phases: [String] = []
            for try await event in watch {
                let phase = PodView(event.object).phase
                if phases.last != phase { phases.append(phase) }
                if event.kind == .deleted { break }
            }
            #expect(phases == ["Pending", "Running", "Succeeded"])
            #expect(try await cluster.events(of: "web").contains("Normal Killing Stopping container main"))
            let names = try FileManager.default.contentsOfDirectory(atPath: cluster.folder.appending(path: "pods").path)
            #expect(names.isEmpty, "nothing is left on disk")
        }
    }

    @Test("a container that exits at start is restarted once, then waits longer and longer")
    func crashLoop() async throws {
        try await NodeCluster.with { cluster in
            try await cluster.create(
                cluster.pod("web") { $0["env"] = [["name": "FAULT_EXIT", "value": "3"]] }
            )
            let pod = try await cluster.pod("web", is: "in CrashLoopBackOff") { pod in
                pod.containerStatuses.first?.waitingReason == "CrashLoopBackOff"
            }
            let status = try #require(pod.containerStatuses.first)
            #expect(pod.phase == "Running")
            #expect(status.restartCount == 1)
            #expect(status.lastTermination?.exitCode == 3)
            #expect(status.lastTermination?.reason == "Error")
            let uid = pod.uid
            #expect(
                status.json[path: "state", "waiting", "message"]?.string
                    == "back-off 10s restarting failed container=main pod=web_default(\(uid))"
            )
            let log = try await cluster.log("web")
            #expect(log.contains("cannot start: configuration value DATABASE_URL is missing"))
            #expect(try await cluster.log("web", previous: true) == log)
            let event = "Warning BackOff Back-off restarting failed container main in pod web_default(\(uid))"
            #expect(try await cluster.events(of: "web").contains(event))
            try await cluster.delete("web")
            try await cluster.isGone("web")
        }
    }

    @Test(
        "an image that cannot be had is told as Kubernetes tells it",
        arguments: [
            ("localhost/absent:v1", "Never", "ErrImageNeverPull"),
            ("localhost/absent:v1", "IfNotPresent", "ErrImagePull"),
            ("localhost/Not Valid", "IfNotPresent", "InvalidImageName"),
        ]
    )
    func images(image: String, policy: String, reason: String) async throws {
        try await NodeCluster.with { cluster in
            try await cluster.create(
                cluster.pod("web") {
                    $0["image"] = .string(image)
                    $0["imagePullPolicy"] = .string(policy)
                }
            )
            let pod = try await cluster.pod("web", is: reason) { $0.containerStatuses.first?.waitingReason == reason }
            #expect(pod.phase == "Pending")
            #expect(try await cluster.events(of: "web").contains("Warning Failed Error: \(reason)"))
            if reason == "ErrImagePull" {
                try await cluster.pod("web", is: "in ImagePullBackOff") {
                    $0.containerStatuses.first?.waitingReason == "ImagePullBackOff"
                }
            }
            try await cluster.delete("web")
            try await cluster.isGone("web")
        }
    }

    @Test("a ConfigMap that is missing stops the container until it is there")
    func configMap() async throws {
        try await NodeCluster.with { cluster in
            try await cluster.create(
                cluster.pod("web") {
                    $0["envFrom"] = [["configMapRef": ["name": "settings"]]]
                    $0["command"] = ["/bin/sh", "-c", "echo $GREETING $FROM_IMAGE $(NAME) '$(ABSENT)'; sleep 100"]
                    $0["env"] = [["name": "NAME", "valueFrom": ["fieldRef": ["fieldPath": "metadata.name"]]]]
                }
            )
            let pod = try await cluster.pod("web", is: "in CreateContainerConfigError") {
                $0.containerStatuses.first?.waitingReason == "CreateContainerConfigError"
            }
            #expect(
                pod.containerStatuses.first?.json[path: "state", "waiting", "message"]?.string
                    == "configmap \"settings\" not found"
            )
            try await cluster.create(StoreFixtures.configMap("settings", ["GREETING": "hello"]))
            try await cluster.pod("web", is: "running", limit: .seconds(5)) { $0.phase == "Running" }
            _ = try await eventually("the container has written") {
                try await cluster.log("web") == "hello yes web $(ABSENT)\n" ? true : nil
            }
            try await cluster.delete("web", grace: 0)
        }
    }

    @Test("a container whose readiness answers 503 runs, unready, and says why")
    func neverReady() async throws {
        try await NodeCluster.with { cluster in
            try await cluster.create(
                cluster.pod("web") {
                    $0["readinessProbe"] = Self.readiness
                    $0["env"] = [["name": "FAULT_READINESS", "value": "never"]]
                }
            )
            let expected = "Warning Unhealthy Readiness probe failed: HTTP probe failed with statuscode: 503"
            _ = try await eventually("the failure is told") {
                try await cluster.events(of: "web").contains(expected) ? true : nil
            }
            let pod = try await cluster.pod("web", is: "running") { $0.phase == "Running" }
            #expect(!pod.isReady)
            #expect(pod.object.condition("Ready")?.message == "containers with unready status: [main]")
        }
    }
}
