import Core
import Foundation
import Kubernetes
import Testing

@testable import LocalCluster

/// What a pod's spec can ask for, with real containers.
@Suite(.enabled(if: PodTestRequirements.containers && PodTestRequirements.hasProducts, PodTestRequirements.reason))
struct PodFeatureTests {
    /// Runs a script to its end and gives what it wrote.
    private func run(
        _ script: String,
        in cluster: NodeCluster,
        exitCode: Int = 0,
        _ change: (inout KubernetesObject) -> Void = { _ in }
    ) async throws -> String {
        var pod = cluster.script("job", script)
        change(&pod)
        try await cluster.create(pod)
        let ended = try await cluster.pod("job", is: "finished") { $0.isFinished }
        #expect(ended.phase == (exitCode == 0 ? "Succeeded" : "Failed"))
        #expect(ended.containerStatuses.first?.termination?.exitCode == exitCode)
        return try await cluster.log("job")
    }

    @Test("user, groups, capabilities, a read-only root and privileges are as the pod says")
    func security() async throws {
        try await NodeCluster.with { cluster in
            let output = try await run(
                """
                id -u; id -g; id -G
                while read -r key value; do case $key in CapBnd:|NoNewPrivs:) echo $key $value;; esac; done </proc/self/status
                touch /file 2>/dev/null || echo read-only
                touch /scratch/file && stat -c %g /scratch/file
                """,
                in: cluster
            ) { pod in
                pod["spec", "securityContext"] = [
                    "runAsUser": 1234, "runAsGroup": 2345, "fsGroup": 3456, "supplementalGroups": [4567],
                    "runAsNonRoot": true, "seccompProfile": ["type": "RuntimeDefault"],
                ]
                pod["spec", "volumes"] = [["name": "scratch", "emptyDir": [:]]]
                pod.changeMain {
                    $0["securityContext"] = [
                        "readOnlyRootFilesystem": true, "allowPrivilegeEscalation": false,
                        "capabilities": ["drop": ["ALL"], "add": ["NET_BIND_SERVICE"]],
                    ]
                    $0["volumeMounts"] = [["name": "scratch", "mountPath": "/scratch"]]
                }
            }
            #expect(
                output == """
                    1234
                    2345
                    2345 3456 4567
                    CapBnd: 0000000000000400
                    NoNewPrivs: 1
                    read-only
                    3456

                    """
            )
        }
    }

    @Test("without a word from the pod the image's user runs, and root is refused where it must not be")
    func imageUser() async throws {
        try await NodeCluster.with { cluster in
            #expect(try await run("id -u; id -g", in: cluster) == "65532\n65532\n")
            var pod = cluster.script("root", "true")
            pod["spec", "securityContext"] = ["runAsUser": 0, "runAsNonRoot": true]
            try await cluster.create(pod)
            let refused = try await cluster.pod("root", is: "refused") {
                $0.containerStatuses.first?.waitingReason == "CreateContainerConfigError"
            }
            let message = refused.containerStatuses.first?.json[path: "state", "waiting", "message"]?.string ?? ""
            #expect(message.hasPrefix("container's runAsUser breaks non-root policy"))
        }
    }

    @Test("ConfigMaps, Secrets, fields, empty folders and claims appear as files")
    func volumes() async throws {
        try await NodeCluster.with { cluster in
            try await cluster.create(StoreFixtures.configMap("settings", ["a.conf": "A", "b.conf": "B"]))
            try await cluster.create(
                KubernetesObject(.secret, namespace: "default", name: "key", content: ["data": ["token": "c2VjcmV0"]])
            )
            try await cluster.create(
                KubernetesObject(
                    .persistentVolumeClaim,
                    namespace: "default",
                    name: "data",
                    content: [
                        "spec": [
                            "accessModes": ["ReadWriteOnce"], "resources": ["requests": ["storage": "1Gi"]],
                        ]
                    ]
                )
            )
            let spec: @Sendable (inout KubernetesObject) -> Void = { pod in
                pod["spec", "volumes"] = [
                    ["name": "settings", "configMap": ["name": "settings"]],
                    [
                        "name": "key",
                        "secret": [
                            "secretName": "key", "items": [["key": "token", "path": "deep/token", "mode": 0o400]],
                        ],
                    ],
                    [
                        "name": "info",
                        "downwardAPI": ["items": [["path": "labels", "fieldRef": ["fieldPath": "metadata.labels"]]]],
                    ],
                    ["name": "data", "persistentVolumeClaim": ["claimName": "data"]],
                    ["name": "memory", "emptyDir": ["medium": "Memory"]],
                ]
                pod.labels = ["app": "x"]
                pod.changeMain {
                    $0["securityContext"] = ["runAsUser": 0]
                    $0["volumeMounts"] = [
                        ["name": "settings", "mountPath": "/etc/settings"],
                        ["name": "settings", "mountPath": "/etc/b", "subPath": "b.conf"],
                        ["name": "key", "mountPath": "/etc/key", "readOnly": true],
                        ["name": "info", "mountPath": "/etc/info"],
                        ["name": "data", "mountPath": "/data"],
                        ["name": "memory", "mountPath": "/memory"],
                    ]
                }
            }
            let script = """
                cat /etc/settings/a.conf /etc/b /etc/key/deep/token /etc/info/labels; echo
                stat -L -c %a /etc/key/deep/token
                touch /etc/settings/x 2>/dev/null || echo fixed
                echo more >>/data/file; wc -l </data/file
                touch /memory/x && ls /memory
                """
            let expected = "ABsecretapp=\"x\"\n400\nfixed\n1\nx\n"
            #expect(try await run(script, in: cluster, spec) == expected)
            try await cluster.delete("job")
            try await cluster.isGone("job")
            let again = try await run(script, in: cluster, spec)
            #expect(again == expected.replacing("\n1\n", with: "\n2\n"), "a claim outlives its pods")
        }
    }

    @Test("initial containers run one after the other, before the others")
    func initial() async throws {
        try await NodeCluster.with { cluster in
            let output = try await run("cat /shared/order", in: cluster) { pod in
                pod["spec", "volumes"] = [["name": "shared", "emptyDir": [:]]]
                let mounts: JSON = [["name": "shared", "mountPath": "/shared"]]
                pod["spec", "initContainers"] = .array(
                    ["one", "two"].map { name in
                        [
                            "name": .string(name), "image": .string(TestImages.name),
                            "command": ["/bin/sh", "-c", .string("sleep 0.1; echo \(name) >>/shared/order")],
                            "volumeMounts": mounts,
                        ]
                    }
                )
                pod.changeMain { $0["volumeMounts"] = mounts }
            }
            #expect(output == "one\ntwo\n")
            let pod = try #require(await cluster.store.get(.pod, namespace: "default", name: "job"))
            #expect(pod.condition("Initialized")?.isTrue == true)
            #expect(PodView(pod).initContainerStatuses.map(\.termination?.reason) == ["Completed", "Completed"])
        }
    }

    @Test("an initial container that fails stops a pod that is never restarted")
    func failingInitial() async throws {
        try await NodeCluster.with { cluster in
            var pod = cluster.script("job", "true")
            pod["spec", "initContainers"] = [
                ["name": "setup", "image": .string(TestImages.name), "command": ["/bin/sh", "-c", "exit 5"]]
            ]
            try await cluster.create(pod)
            let failed = try await cluster.pod("job", is: "failed") { $0.phase == "Failed" }
            #expect(failed.initContainerStatuses.first?.termination?.exitCode == 5)
            #expect(failed.object.condition("Initialized")?.message == "containers with incomplete status: [setup]")
        }
    }

    @Test("a container that uses more memory than it may is told to have been killed for that")
    func memory() async throws {
        try await NodeCluster.with { cluster in
            let script = "x=aaaaaaaaaaaaaaaa; while :; do x=$x$x; done"
            var pod = cluster.script("job", script)
            pod.changeMain { $0["resources"] = ["limits": ["memory": "24Mi"]] }
            try await cluster.create(pod)
            let ended = try await cluster.pod("job", is: "finished") { $0.isFinished }
            let termination = try #require(ended.containerStatuses.first?.termination)
            #expect(termination.exitCode == 137)
            #expect(termination.reason == "OOMKilled")
        }
    }

    @Test("probes and hooks run commands in the container, and a failing liveness probe restarts it")
    func commands() async throws {
        try await NodeCluster.with { cluster in
            var pod = cluster.script("job", "trap 'echo asked; exit 0' TERM; while :; do sleep 0.05; done")
            pod["spec", "restartPolicy"] = "Always"
            pod.changeMain {
                $0["lifecycle"] = [
                    "postStart": ["exec": ["command": ["/bin/sh", "-c", "touch /tmp/started /tmp/alive"]]],
                    "preStop": ["exec": ["command": ["/bin/sh", "-c", "echo hook >/proc/1/fd/1"]]],
                ]
                $0["securityContext"] = ["runAsUser": 0]
                $0["readinessProbe"] = ["exec": ["command": ["/bin/cat", "/tmp/started"]], "periodSeconds": 1]
                $0["livenessProbe"] = [
                    "exec": ["command": ["/bin/cat", "/tmp/alive"]], "periodSeconds": 1, "failureThreshold": 1,
                ]
            }
            pod.changeMain {
                $0["command"] = [
                    "/bin/sh", "-c",
                    "mkdir -p /tmp 2>/dev/null; trap 'echo asked; exit 0' TERM; while :; do sleep 0.05; done",
                ]
            }
            try await cluster.create(pod)
            let ready = try await cluster.pod("job", is: "ready") { $0.isReady }
            let status = try #require(ready.containerStatuses.first)
            let id = try #require(status.json["containerID"]?.string?.split(separator: "/").last.map(String.init))
            let run = PodFolder(url: cluster.folder.appending(path: "pods/\(ready.uid)")).container("main", run: 0)
            let finding = try await ContainerEngine.find(.containers, cluster: cluster.folder.resolvingSymlinksInPath())
            let removal = try await ContainerExec(engine: finding.engine, id: id, folder: run)
                .run(["/bin/rm", "/tmp/alive"], limit: .seconds(5))
            #expect(removal.succeeded, "\(removal)")
            let again = try await cluster.pod("job", is: "restarted") { $0.containerStatuses.first?.restartCount == 1 }
            #expect(again.containerStatuses.first?.lastTermination?.exitCode == 0)
            let events = try await cluster.events(of: "job")
            #expect(events.contains("Normal Killing Container main failed liveness probe, will be restarted"))
            #expect(events.contains { $0.hasPrefix("Warning Unhealthy Liveness probe failed: ") })
            #expect(try await cluster.log("job", previous: true) == "hook\nasked\n")
        }
    }

    @Test("a container that ignores its stop signal is killed when its time is over")
    func stubborn() async throws {
        try await NodeCluster.with { cluster in
            var pod = cluster.script("job", "trap '' TERM; echo armed; while :; do sleep 0.05; done")
            pod["spec", "terminationGracePeriodSeconds"] = 1
            try await cluster.create(pod)
            _ = try await eventually("the trap is set") {
                (try? await cluster.log("job")) == "armed\n" ? true : nil
            }
            let begun = ContinuousClock.now
            try await cluster.delete("job")
            try await cluster.isGone("job")
            #expect(begun.duration(to: .now) < .seconds(8))
            #expect(begun.duration(to: .now) > .seconds(1))
        }
    }

    @Test("a program that does not exist is told, and tried again")
    func missingProgram() async throws {
        try await NodeCluster.with { cluster in
            try await cluster.create(cluster.pod("web") { $0["command"] = ["/nowhere"] })
            let pod = try await cluster.pod("web", is: "in CrashLoopBackOff") {
                $0.containerStatuses.first?.waitingReason == "CrashLoopBackOff"
            }
            let termination = try #require(pod.containerStatuses.first?.lastTermination)
            #expect(termination.reason == "StartError")
            #expect(termination.exitCode == 128)
            #expect(termination.message.contains("executable file `/nowhere` not found"))
            #expect(try await cluster.log("web", previous: true).isEmpty)
        }
    }

    @Test("a pod that asks for more than the node has is refused as Kubernetes refuses it, and waits for room")
    func unschedulable() async throws {
        try await NodeCluster.with { cluster in
            try await cluster.create(cluster.pod("web") { $0["resources"] = ["requests": ["cpu": "64"]] })
            let pod = try await cluster.pod("web", is: "refused") { $0.scheduled?.isFalse ?? false }
            #expect(pod.scheduled?.reason == "Unschedulable")
            let message =
                "0/1 nodes are available: 1 Insufficient cpu. no new claims to deallocate, preemption: "
                + "0/1 nodes are available: 1 Preemption is not helpful for scheduling."
            #expect(pod.scheduled?.message == message)
            #expect(try await cluster.events(of: "web") == ["Warning FailedScheduling \(message)"])
            try await cluster.delete("web")
            try await cluster.isGone("web")
        }
    }
}
