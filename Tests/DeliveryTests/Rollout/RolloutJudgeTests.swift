import Core
import Foundation
import Kubernetes
import Testing

@testable import Delivery

/// The judge on small made-up objects: what the recordings do not show.
struct RolloutJudgeTests {
    /// A Deployment with one container at generation 2, and its ReplicaSet.
    struct Fixture {
        var deployment: KubernetesObject
        var set: KubernetesObject

        init(replicas: Int64 = 1, image: String = "localhost/x@sha256:2", strategy: JSON = [:]) {
            deployment = KubernetesObject(.deployment, namespace: "ns", name: "api")
            deployment.uid = "d1"
            deployment.generation = 2
            let template: JSON = [
                "metadata": ["labels": ["app": "api"]],
                "spec": ["containers": [["name": "api", "image": .string(image)]]],
            ]
            deployment.spec = ["replicas": .int(replicas), "template": template, "strategy": strategy]
            deployment.status = ["observedGeneration": 2]
            set = KubernetesObject(.replicaSet, namespace: "ns", name: "api-1")
            set.uid = "r1"
            set.labels = ["app": "api", "pod-template-hash": "1"]
            var hashed = template
            hashed[path: "metadata", "labels", "pod-template-hash"] = "1"
            set.spec = ["replicas": .int(replicas), "template": hashed]
            set.ownerReferences = [OwnerReference(controller: deployment)]
        }

        func pod(_ name: String = "api-1-a", status: JSON) -> KubernetesObject {
            var pod = KubernetesObject(.pod, namespace: "ns", name: name)
            pod.uid = name
            pod.labels = ["app": "api", "pod-template-hash": "1"]
            pod.ownerReferences = [OwnerReference(controller: set)]
            pod.status = status
            return pod
        }

        func waiting(_ reason: String, _ message: String, restarts: Int64 = 0) -> JSON {
            [
                "phase": "Pending",
                "containerStatuses": [
                    [
                        "name": "api", "restartCount": .int(restarts),
                        "state": ["waiting": ["reason": .string(reason), "message": .string(message)]],
                    ]
                ],
            ]
        }

        func judge(before: [KubernetesObject] = [], limits: RolloutSettings = RolloutSettings()) -> RolloutJudge {
            RolloutJudge(target: RolloutTarget(deployment: deployment, limits: limits), before: before, at: 0)
        }

        /// Feeds the Deployment, its set and a pod.
        func verdict(_ pods: KubernetesObject..., limits: RolloutSettings = RolloutSettings()) -> RolloutVerdict {
            var judge = judge(limits: limits)
            judge.observe(.present(deployment), at: 1)
            judge.observe(.present(set), at: 1)
            for pod in pods { judge.observe(.present(pod), at: 1) }
            return judge.verdict
        }
    }

    private func reason(_ verdict: RolloutVerdict) -> RolloutFailure.Reason? {
        if case .failed(let failure) = verdict { failure.reason } else { nil }
    }

    @Test func statusOfThePastSaysNothing() {
        var fixture = Fixture()
        fixture.deployment.status = [
            "observedGeneration": 1, "replicas": 1, "updatedReplicas": 1, "availableReplicas": 1,
        ]
        #expect(fixture.verdict() == .progressing)
    }

    @Test func aDeadlineOfThePastSaysNothing() {
        var fixture = Fixture()
        fixture.deployment.status = [
            "observedGeneration": 1,
            "conditions": [["type": "Progressing", "status": "False", "reason": "ProgressDeadlineExceeded"]],
        ]
        #expect(fixture.verdict() == .progressing)
    }

    @Test func oldPodsHoldARolloutOpen() {
        var fixture = Fixture()
        fixture.deployment.status = [
            "observedGeneration": 2, "replicas": 2, "updatedReplicas": 1, "availableReplicas": 2,
        ]
        #expect(fixture.verdict() == .progressing)
    }

    @Test func noReplicasIsDoneAtOnceAndSaid() {
        let fixture = Fixture(replicas: 0)
        guard case .succeeded(let success) = fixture.verdict() else {
            Issue.record("not a success")
            return
        }
        #expect(success.kind == .nothingToRun)
    }

    @Test func pausedIsRefused() {
        var fixture = Fixture()
        fixture.deployment["spec", "paused"] = true
        #expect(reason(fixture.verdict()) == .paused)
    }

    @Test func somebodyElsesTemplateEndsIt() {
        let fixture = Fixture()
        var judge = fixture.judge()
        judge.observe(.present(fixture.deployment), at: 1)
        var other = fixture.deployment
        other.generation = 3
        other["spec", "template", "spec", "nodeName"] = "n"
        #expect(reason(judge.observe(.present(other), at: 2)) == .superseded)
    }

    @Test func scalingDuringARolloutDoesNotEndIt() {
        let fixture = Fixture()
        var judge = fixture.judge()
        var scaled = fixture.deployment
        scaled.generation = 3
        scaled["spec", "replicas"] = 5
        #expect(judge.observe(.present(scaled), at: 1) == .progressing)
        #expect(judge.progress.desired == 5)
    }

    @Test func deletionEndsIt() {
        let fixture = Fixture()
        var judge = fixture.judge()
        judge.observe(.present(fixture.deployment), at: 1)
        #expect(reason(judge.observe(.removed(fixture.deployment), at: 2)) == .deleted)
    }

    @Test func anotherLifeOfTheDeploymentEndsIt() {
        let fixture = Fixture()
        var judge = fixture.judge()
        var other = fixture.deployment
        other.uid = "d2"
        #expect(reason(judge.observe(.present(other), at: 1)) == .superseded)
    }

    @Test(arguments: [
        ("InvalidImageName", "couldn't parse image name", RolloutFailure.Reason.invalidImageName),
        ("ErrImagePull", "failed to resolve reference \"x/y:z\": x/y:z: not found", .imageNotFound),
        ("ImagePullBackOff", "Back-off pulling image: ErrImagePull: manifest unknown", .imageNotFound),
        ("CreateContainerConfigError", "secret \"db\" not found", .configMissing),
        ("CreateContainerConfigError", "couldn't find key url in ConfigMap ns/settings", .configMissing),
    ])
    func waitingReasonsThatAreCertain(_ waiting: String, _ message: String, _ expected: RolloutFailure.Reason) {
        let fixture = Fixture()
        #expect(reason(fixture.verdict(fixture.pod(status: fixture.waiting(waiting, message)))) == expected)
    }

    @Test(arguments: [
        ("ErrImagePull", "dial tcp 10.0.0.1:443: i/o timeout"),
        ("ErrImagePull", "unexpected status code 503 Service Unavailable"),
        // The digest looks like a status to a careless reader.
        ("ImagePullBackOff", "Back-off pulling image \"r/x@sha256:401403404429503\": connection refused"),
        ("ErrImagePull", "pull access denied"),
        ("ContainerCreating", ""),
        ("CreateContainerConfigError", "failed to sync configmap cache: timed out waiting for the condition"),
    ])
    func waitingReasonsThatMayHeal(_ waiting: String, _ message: String) {
        let fixture = Fixture()
        #expect(fixture.verdict(fixture.pod(status: fixture.waiting(waiting, message))) == .progressing)
    }

    @Test func accessDeniedIsCertainOnceItRepeats() {
        let fixture = Fixture()
        var judge = fixture.judge()
        judge.observe(.present(fixture.deployment), at: 1)
        judge.observe(.present(fixture.set), at: 1)
        let denied = "pull access denied, repository does not exist or may require authorization: 401 Unauthorized"
        judge.observe(.present(fixture.pod(status: fixture.waiting("ErrImagePull", denied))), at: 2)
        judge.observe(.present(fixture.pod(status: fixture.waiting("ImagePullBackOff", denied))), at: 3)
        #expect(judge.verdict == .progressing)
        judge.observe(.present(fixture.pod(status: fixture.waiting("ErrImagePull", denied))), at: 4)
        #expect(reason(judge.verdict) == .imageAccessDenied)
    }

    @Test func podsOfOtherSetsAreNotLookedAt() {
        let fixture = Fixture()
        var stranger = fixture.pod(status: fixture.waiting("InvalidImageName", ""))
        stranger.ownerReferences = []
        var ending = fixture.pod("api-1-b", status: fixture.waiting("InvalidImageName", ""))
        ending["metadata", "deletionTimestamp"] = "2026-11-23T11:00:00Z"
        #expect(fixture.verdict(stranger, ending) == .progressing)
    }

    private func crashed(restarts: Int64, code: Int64, last: Int64?) -> JSON {
        var status: JSON = [
            "name": "api", "restartCount": .int(restarts),
            "state": ["terminated": ["exitCode": .int(code), "reason": "Error"]],
        ]
        if let last { status["lastState"] = ["terminated": ["exitCode": .int(last), "reason": "Error"]] }
        return ["phase": "Running", "containerStatuses": [status]]
    }

    @Test func twoCrashesMayBeAnAccident() {
        let fixture = Fixture()
        #expect(fixture.verdict(fixture.pod(status: crashed(restarts: 1, code: 3, last: 3))) == .progressing)
    }

    @Test func thirdCrashWithTheSameCodeIsCertain() {
        let fixture = Fixture()
        #expect(reason(fixture.verdict(fixture.pod(status: crashed(restarts: 2, code: 3, last: 3)))) == .crashLoop)
    }

    @Test func differentCodesMayStillWorkOut() {
        let fixture = Fixture()
        #expect(fixture.verdict(fixture.pod(status: crashed(restarts: 2, code: 3, last: 1))) == .progressing)
    }

    @Test func aQuotaThatTheRolloutItselfWillFreeIsWaitedFor() {
        var fixture = Fixture(
            replicas: 2,
            strategy: ["type": "RollingUpdate", "rollingUpdate": ["maxSurge": 1, "maxUnavailable": 1]]
        )
        let message = "pods \"x\" is forbidden: exceeded quota: q, requested: pods=1, used: pods=2, limited: pods=2"
        let condition: JSON = [
            "type": "ReplicaFailure", "status": "True", "reason": "FailedCreate", "message": .string(message),
        ]
        fixture.deployment.status = ["observedGeneration": 2, "availableReplicas": 2, "conditions": [condition]]
        fixture.set.status = ["conditions": [condition]]
        var oldSet = fixture.set
        oldSet.uid = "r0"
        oldSet["spec", "template", "spec", "containers"] = [["name": "api", "image": "old"]]
        var judge = fixture.judge()
        judge.observe(.present(fixture.deployment), at: 1)
        judge.observe(.present(oldSet), at: 1)
        var old = fixture.pod("old", status: ["phase": "Running"])
        old.ownerReferences = [OwnerReference(controller: oldSet)]
        judge.observe(.present(old), at: 1)
        #expect(judge.observe(.present(fixture.set), at: 1) == .progressing)
        // With nothing left to end, the same refusal is final.
        judge.observe(.removed(old), at: 2)
        #expect(reason(judge.verdict) == .podsRefused)
    }

    @Test(arguments: [
        (
            "0/3 nodes are available: 3 Insufficient cpu. preemption: 0/3 nodes are available: 3 Preemption is not helpful for scheduling.",
            true
        ),
        (
            "0/3 nodes are available: 1 Insufficient cpu, 2 Insufficient memory. preemption: 0/3 nodes are available: 3 Preemption is not helpful for scheduling.",
            true
        ),
        (
            "0/3 nodes are available: 3 Insufficient cpu. preemption: 0/3 nodes are available: 3 No preemption victims found for incoming pod.",
            false
        ),
        (
            "0/3 nodes are available: 3 Insufficient cpu. preemption: 0/3 nodes are available: 1 No preemption victims found, 2 Preemption is not helpful for scheduling.",
            false
        ),
        (
            "0/1 nodes are available: 1 node(s) had untolerated taint {node.kubernetes.io/not-ready: }. preemption: 0/1 nodes are available: 1 Preemption is not helpful for scheduling.",
            false
        ),
        (
            "0/2 nodes are available: 2 node(s) didn't match Pod's node affinity/selector. preemption: 0/2 nodes are available: 2 Preemption is not helpful for scheduling.",
            true
        ),
        ("no nodes available to schedule pods", false),
    ])
    func schedulingTroubleIsPermanentOnlyWhereNoNodeCouldEver(_ message: String, _ permanent: Bool) {
        #expect(SchedulingTrouble(message: message).isPermanent == permanent)
    }

    @Test func eventsOfEarlierRolloutsDoNotCount() {
        let fixture = Fixture()
        func event(count: Int64) -> KubernetesObject {
            var event = KubernetesObject(.event, namespace: "ns", name: "e")
            event.uid = "e1"
            event["type"] = "Warning"
            event["reason"] = "FailedCreate"
            event["message"] = "Error creating: pods \"x\" is forbidden: exceeded quota: q"
            event["count"] = .int(count)
            event["involvedObject"] = ["uid": "r1", "kind": "ReplicaSet"]
            return event
        }
        var judge = fixture.judge(before: [event(count: 7)])
        judge.observe(.present(fixture.deployment), at: 1)
        judge.observe(.present(fixture.set), at: 1)
        #expect(judge.observe(.present(event(count: 8)), at: 1) == .progressing)
        #expect(reason(judge.observe(.present(event(count: 9)), at: 1)) == .podsRefused)
    }

    @Test func silenceRunsOutToo() {
        var limits = RolloutSettings()
        limits.timeout = 60
        let fixture = Fixture()
        var judge = fixture.judge(limits: limits)
        judge.observe(.present(fixture.deployment), at: 1)
        #expect(judge.tick(at: 59) == .progressing)
        #expect(reason(judge.tick(at: 60)) == .timedOut)
    }
}
