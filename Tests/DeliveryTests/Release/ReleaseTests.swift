import Core
import Foundation
import Kubernetes
import Synchronization
import Testing

@testable import Delivery

/// Whole releases on a simulated cluster.
struct ReleaseTests {
    @Test func aGoodReleaseIsVerifiedAndRecorded() async throws {
        let fixture = try ReleaseFixture()
        let outcome = try await fixture.release(1)
        #expect(outcome.result == .verified)
        let record = try #require(try await fixture.records().first)
        #expect(record.state == .verified)
        #expect(
            record.transitions.map(\.state) == [.prepared, .applying, .rollingOut, .verifying, .watching, .verified]
        )
        #expect(record.image.tree == "t1")
        #expect(record.checks.count == 3)
        #expect(record.checks.filter { $0.target.hasPrefix("pod ") }.count == 2)
        #expect(record.watch?.errors == 0)
        #expect(record.watchVerdict?.contains("error rate within 1 %") == true)
        let deployment = try #require(fixture.cluster.object(.deployment, "api"))
        #expect(deployment.annotations[DeliveryName.release] == "1")
        #expect(
            deployment.annotations[AnnotationName.changeCause] == "v1 commit c1 image sha256:1 by slipway release 1"
        )
    }

    @Test func theReturnPointIsCompleteBeforeTheFirstWrite() async throws {
        let fixture = try ReleaseFixture()
        try await fixture.release(1)
        try await fixture.release(2)
        let log = fixture.cluster.log
        let stored = try #require(log.firstIndex { $0.hasPrefix("create ConfigMap slipway-release-api-2-payload") })
        let announced = try #require(log.firstIndex(of: "replace ConfigMap slipway-release-api-2 (applying)"))
        let written = try #require(log.lastIndex(of: "apply ConfigMap settings"))
        #expect(stored < announced && announced < written)
        let record = try #require(try await fixture.records().first)
        let payload = try await fixture.context.ledger.payload(of: record)
        let deployment = try #require(payload.writes.first { $0.reference.kind == "Deployment" }?.beforeObject)
        #expect(deployment.uid?.isEmpty == false && deployment.resourceVersion?.isEmpty == false)
        #expect(payload.writes.first { $0.reference.kind == "Service" }?.action == .unchanged)
    }

    @Test func nothingToDoIsSaid() async throws {
        let fixture = try ReleaseFixture()
        try await fixture.release(1)
        let before = fixture.cluster.writes
        let outcome = try await fixture.release(1)
        #expect(outcome.result == .alreadyVerified)
        #expect(outcome.record.number == 1)
        #expect(fixture.cluster.writes == before)
    }

    @Test func aPodThatCannotStartEndsTheReleaseAndEverythingIsAsBefore() async throws {
        let fixture = try ReleaseFixture()
        try await fixture.release(1)
        let before = try #require(fixture.cluster.object(.deployment, "api"))
        fixture.cluster.setBehaviour(
            "localhost/api@sha256:2",
            .init(isReady: false, waiting: ("ErrImageNeverPull", "image is not present"))
        )
        let outcome = try await fixture.release(2)
        #expect(outcome.result == .rolledBack)
        #expect(outcome.record.failure?.reason == "ErrImageNeverPull")
        #expect(outcome.record.failure?.message.contains("image is not present") == true)
        #expect(fixture.settings == "1")
        #expect(fixture.runningImages == ["localhost/api@sha256:1"])
        let after = try #require(fixture.cluster.object(.deployment, "api"))
        #expect(ObjectIntent.value(of: after) == ObjectIntent.value(of: before))
        #expect(after.annotations[DeliveryName.release] == "1")
        // The revision goes on.
        #expect(after.annotations[AnnotationName.revision] == "3")
    }

    @Test func aFailedFirstReleaseLeavesNothing() async throws {
        let fixture = try ReleaseFixture()
        fixture.cluster.setBehaviour("localhost/api@sha256:1", .init(status: 503))
        let outcome = try await fixture.release(1)
        #expect(outcome.result == .rolledBack)
        #expect(outcome.record.failure?.reason == "VerificationFailed")
        #expect(outcome.record.failure?.message.contains("answered 503 instead of 200") == true)
        #expect(fixture.cluster.objects("Deployment").isEmpty)
        #expect(fixture.cluster.objects("Service").isEmpty)
        #expect(fixture.cluster.objects("Pod").isEmpty)
        #expect(fixture.settings == nil)
    }

    @Test func errorsUnderTrafficRollBackWithFigures() async throws {
        let fixture = try ReleaseFixture()
        try await fixture.release(1)
        fixture.cluster.setBehaviour("localhost/api@sha256:2", .init(errors: 1))
        let outcome = try await fixture.release(2)
        #expect(outcome.result == .rolledBack)
        #expect(outcome.record.failure?.reason == "ErrorRate")
        #expect(outcome.record.failure?.message.contains("error rate above 1 %") == true)
        #expect((outcome.record.watch?.errors ?? 0) > 0)
        #expect((outcome.record.watch?.seconds ?? 100) < 60)
        #expect(fixture.deployedImage == "localhost/api@sha256:1")
    }

    @Test func withoutTrafficItIsPromotedSayingSo() async throws {
        let fixture = try ReleaseFixture()
        try await fixture.release(1)
        fixture.cluster.setBehaviour("localhost/api@sha256:2", .init(requests: 0))
        let outcome = try await fixture.release(2)
        #expect(outcome.result == .verified)
        #expect(outcome.record.watchVerdict?.contains("not enough traffic to tell") == true)
    }

    @Test func aPausedReleaseIsKeptOrUndoneByAPerson() async throws {
        let fixture = try ReleaseFixture { $0.watch?.tooLittleTraffic = .pause }
        try await fixture.release(1)
        fixture.cluster.setBehaviour("localhost/api@sha256:2", .init(requests: 0))
        let error = await #expect(throws: SlipwayError.self) { try await fixture.release(2) }
        #expect(error?.exitCode == .waiting)
        #expect(error?.next?.contains("Keep it: run the same command with --yes") == true)
        let yes = ReleaseApproval(by: "bob", at: fixture.time.date, via: "--yes")
        let kept = try await fixture.release(2, approval: .given(yes))
        #expect(kept.result == .verified)
        #expect(kept.record.notes.contains { $0.hasPrefix("kept by bob") })
    }

    @Test func somebodyElsesChangeIsNeverOverwritten() async throws {
        let fixture = try ReleaseFixture()
        try await fixture.release(1)
        fixture.cluster.setBehaviour("localhost/api@sha256:2", .init(errors: 1))
        var request = try fixture.request(2)
        request.watch?.earlyRollBack = false
        let release = request
        let outcome = Task { try await Releaser(fixture.context).release(release) }
        while try await fixture.records().first?.state != .watching { try await Task.sleep(for: .milliseconds(1)) }
        fixture.cluster.meddle(.configMap, "settings") { $0["data", "version"] = "by hand" }
        let error = await #expect(throws: SlipwayError.self) { _ = try await outcome.value }
        #expect(error?.exitCode == .rollbackFailed)
        #expect(error?.why?.contains("somebody else changed ConfigMap settings during the release") == true)
        #expect(fixture.settings == "by hand")
        #expect(try await fixture.records().first?.state == .rollbackFailed)
    }

    @Test func anUnhealthyStateBeforeIsSaidAndMayBeRefused() async throws {
        let fixture = try ReleaseFixture { $0.rollout.unhealthyBefore = .refuse }
        try await fixture.release(1)
        fixture.cluster.meddle(.deployment, "api") { $0["status", "availableReplicas"] = 0 }
        let error = await #expect(throws: SlipwayError.self) { try await fixture.release(2) }
        #expect(error?.why == "0 of 2 pods are available")
        var lenient = fixture
        lenient.environment.rollout.unhealthyBefore = .proceed
        #expect(try await lenient.release(2).result == .verified)
    }

    @Test func aReleaseThatChangesNothingAndFailsHasNothingToUndo() async throws {
        let fixture = try ReleaseFixture()
        try await fixture.release(1)
        fixture.cluster.setBehaviour("localhost/api@sha256:1", .init(errors: 2))
        // Verified with another plan last: the same objects are released again.
        fixture.cluster.meddle(.configMap, "slipway-release-api-1") { object in
            let text = object["data", "release.json"]?.string ?? ""
            object["data", "release.json"] = .string(
                text.replacing("\"state\":\"verified\"", with: "\"state\":\"abandoned\"")
            )
        }
        let outcome = try await fixture.release(1)
        #expect(outcome.result == .failed)
        #expect(fixture.deployedImage == "localhost/api@sha256:1")
    }

    @Test func approvalIsAskedForWithThePlanAndVoidWhenItChanges() async throws {
        let fixture = try ReleaseFixture { $0.approval = ApprovalRule(by: [], expires: 3600) }
        let missing = await #expect(throws: SlipwayError.self) { try await fixture.release(1) }
        #expect(missing?.exitCode == .waiting)
        #expect(missing?.next?.contains("--yes") == true)
        #expect(fixture.cluster.objects("Deployment").isEmpty)

        let time = fixture.time
        let first = ReleaseApproval(by: "alice", at: time.date, via: "--yes")
        #expect(try await fixture.release(1, approval: .given(first)).record.approval?.by == "alice")

        let cluster = fixture.cluster
        let asked = Mutex(0)
        let ask: ApprovalSource = .ask { plan in
            // While somebody thinks, somebody else acts.
            if asked.withLock({
                $0 += 1; return $0
            }) == 1 {
                cluster.meddle(.configMap, "settings") { $0["data", "other"] = "x" }
            }
            return ReleaseApproval(by: "bob", at: time.date, via: "prompt", plan: plan.changeFingerprint)
        }
        let outcome = try await fixture.release(2, approval: ask)
        #expect(outcome.result == .verified)
        #expect(asked.withLock { $0 } == 2)
        #expect(fixture.reporter.lines.contains("The plan changed while waiting: the approval is void."))
    }

    @Test(arguments: [
        (
            ReleaseApproval(by: "mallory", at: Date(timeIntervalSince1970: 1_800_001_000), via: "x"),
            "mallory may not approve"
        ),
        (ReleaseApproval(by: "bob", at: Date(timeIntervalSince1970: 1_700_000_000), via: "x"), "more than 1 h ago"),
        (
            ReleaseApproval(by: "bob", at: Date(timeIntervalSince1970: 1_800_001_000), via: "x", plan: "p"),
            "for another plan"
        ),
    ])
    func approvalsThatDoNotHold(_ approval: ReleaseApproval, _ why: String) async throws {
        let fixture = try ReleaseFixture { $0.approval = ApprovalRule(by: ["bob"], expires: 3600) }
        let error = await #expect(throws: SlipwayError.self) {
            try await fixture.release(1, approval: .given(approval))
        }
        #expect(error?.exitCode == .waiting)
        #expect(error?.why?.contains(why) == true)
    }

    @Test func anAutoscalersReplicasAreLeftAlone() async throws {
        let fixture = try ReleaseFixture()
        try await fixture.release(1)
        _ = try await fixture.cluster.create(
            KubernetesObject(
                .horizontalPodAutoscaler,
                namespace: "ns",
                name: "api",
                content: [
                    "spec": ["scaleTargetRef": ["kind": "Deployment", "name": "api"]]
                ]
            )
        )
        fixture.cluster.meddle(.deployment, "api") { $0["spec", "replicas"] = 5 }
        #expect(try await fixture.release(2).result == .verified)
        #expect(fixture.cluster.object(.deployment, "api")?["spec", "replicas"] == 5)
        fixture.cluster.setBehaviour("localhost/api@sha256:3", .init(status: 500))
        #expect(try await fixture.release(3).result == .rolledBack)
        #expect(fixture.cluster.object(.deployment, "api")?["spec", "replicas"] == 5)
        #expect(fixture.deployedImage == "localhost/api@sha256:2")
    }

    @Test func aFullQuotaIsRefusedBeforeAnythingChanges() async throws {
        let fixture = try ReleaseFixture()
        _ = try await fixture.cluster.create(
            KubernetesObject(
                .resourceQuota,
                namespace: "ns",
                name: "q",
                content: [
                    "status": ["hard": ["pods": "1"], "used": ["pods": "0"]]
                ]
            )
        )
        let error = await #expect(throws: SlipwayError.self) { try await fixture.release(1) }
        #expect(error?.what == "The quota q leaves no room for the new pods")
        #expect(fixture.cluster.objects("Deployment").isEmpty)
    }

    /// Two pods run, one more may: enough for a rolling update, too little for a second Deployment.
    @Test(arguments: [
        (Strategy.rolling, true), (.blueGreen(BlueGreenRule(keepOld: 0)), false),
        (.canary(CanaryRule(steps: [CanaryStep(.replicas(1)), CanaryStep(.replicas(2))])), false),
    ])
    func aSecondDeploymentNeedsRoomForAllItsPods(_ strategy: Strategy, _ fits: Bool) async throws {
        var fixture = try ReleaseFixture()
        try await fixture.release(1)
        fixture.environment.strategy = strategy
        let content: [String: JSON] = ["status": ["hard": ["pods": "3"], "used": ["pods": "2"]]]
        _ = try await fixture.cluster.create(
            KubernetesObject(.resourceQuota, namespace: "ns", name: "q", content: content)
        )
        do {
            _ = try await fixture.release(2)
            #expect(fits)
        } catch let error as SlipwayError {
            #expect(!fits && error.what == "The quota q leaves no room for the new pods")
            #expect(fixture.runningImages == ["localhost/api@sha256:1"])
        }
    }

    @Test func aMetricThatIsNotThereIsNoticedBeforeTheRelease() async throws {
        var fixture = try ReleaseFixture()
        try await fixture.release(1)
        fixture.environment.watch?.metric.name = "requests_served"
        let error = await #expect(throws: SlipwayError.self) { try await fixture.release(2) }
        #expect(error?.what == "The release could not be watched: requests_served is not there")
        #expect(fixture.deployedImage == "localhost/api@sha256:1")
    }
}
