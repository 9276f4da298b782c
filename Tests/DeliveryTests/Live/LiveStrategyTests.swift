import Core
import Foundation
import Kubernetes
import Testing

@testable import Delivery

/// Blue-green and canary releases by the built command, under load, on the real local cluster.
@Suite(
    .enabled(if: LiveCluster.isPossible, "the slipway command or the sample service is not built"),
    .liveCluster,
    .timeLimit(.minutes(10))
)
struct LiveStrategyTests {
    private func isGone(_ project: LiveProject, _ name: String) async throws -> Bool {
        do {
            _ = try await project.object(.deployment, name)
            return false
        } catch let error as KubernetesStatusError where error.isNotFound {
            return true
        }
    }

    private func slot(_ project: LiveProject) async throws -> String? {
        try await project.object(.service, "sample")["spec", "selector", DeliveryName.slot]?.string
    }

    @Test func blueGreenTakesTurnsAndNobodyNotices() async throws {
        let project = try await LiveProject("blue-green", settings: "strategy: {blue-green: {keep-old: 0}}")
        #expect(try await project.deploy().succeeded)
        #expect(try await slot(project) == "blue")
        let load = ServiceLoad(try await project.address())
        try project.write(version: "2")
        let plan = try await project.deploy("--dry-run").output
        #expect(plan.contains("1. sample-green is rolled out beside sample"), "\(plan)")
        let second = try await project.deploy()
        #expect(second.succeeded, "\(second.output)\(second.error)")
        #expect(try await slot(project) == "green")
        #expect(DeploymentView(try await project.deployment()).replicas == 0)
        #expect(try await project.deploy().output.contains("Nothing to do."))
        let status = try await project.deploy("--status").output
        #expect(status.contains("2 of 2 available"), "\(status)")

        try project.write(version: "3")
        let third = try await project.deploy()
        #expect(third.succeeded, "\(third.output)\(third.error)")
        #expect(try await slot(project) == "blue")
        let count = await load.stop()
        #expect(count.good > 20)
        #expect(count.failures == 0, "\(count.bad)")
    }

    @Test func aBadVersionAfterTheSwitchIsLeftAtOnce() async throws {
        let project = try await LiveProject(
            "switched-back",
            settings: "watch: {window: 40s, interval: 1s, min-requests: 50}\n    strategy: rolling"
        )
        // From before there were slots: the Service is kept on the old pods while the new ones are made.
        #expect(try await project.deploy("--watch", "0").succeeded)
        try project.setStrategy("{blue-green: {keep-old: 1m}}")
        let before = try await project.object(.service, "sample")
        let load = ServiceLoad(try await project.address())
        try project.write(version: "2", fault: ("FAULT_ERRORS", "0.05"))
        let outcome = try await project.deploy()
        let count = await load.stop()
        #expect(outcome.status == 1)
        #expect(outcome.output.contains("Service sample kept on the pods of sample"), "\(outcome.output)")
        #expect(outcome.output.contains("error rate above 1 %: "), "\(outcome.output)")
        #expect(Set(count.bad.keys).isSubset(of: ["500"]), "\(count.bad)")
        #expect(ObjectIntent.value(of: try await project.object(.service, "sample")) == ObjectIntent.value(of: before))
        #expect(try await isGone(project, "sample-green"))
        #expect(try await project.version() == "1")
        #expect(DeploymentView(try await project.deployment()).availableReplicas == 2)
    }

    @Test func goingBackWhileTheOldOneIsKeptTakesNoStart() async throws {
        let project = try await LiveProject("kept", settings: "strategy: {blue-green: {keep-old: 5m}}")
        #expect(try await project.deploy().succeeded)
        let pods = DeploymentView(try await project.deployment()).object.generation
        let load = ServiceLoad(try await project.address())
        try project.write(version: "2")
        try await project.deployKilled(at: "==> Keeping sample")
        #expect(try await slot(project) == "green")
        let back = try await project.deploy("--rollback")
        #expect(back.succeeded, "\(back.output)\(back.error)")
        let count = await load.stop()
        #expect(count.failures == 0, "\(count.bad)")
        #expect(try await slot(project) == "blue")
        // The old Deployment was never touched.
        #expect(try await project.deployment().generation == pods)
        #expect(try await isGone(project, "sample-green"))
    }

    @Test func aCanaryGrowsInStepsAndTakesAll() async throws {
        let project = try await LiveProject(
            "canary",
            settings: "strategy: {canary: {steps: [{replicas: 1, watch: 2s}, {share: 50%, approval: required}]}}"
        )
        #expect(try await project.deploy().succeeded)
        let load = ServiceLoad(try await project.address())
        try project.write(version: "2")
        let paused = try await project.deploy()
        #expect(paused.status == 4, "\(paused.output)\(paused.error)")
        #expect(paused.error.contains("step 2 of 2 (50 %) is good"), "\(paused.error)")
        #expect(DeploymentView(try await project.object(.deployment, "sample-canary")).replicas == 2)
        let status = try await project.deploy("--status").output
        #expect(status.contains("unfinished release 2"), "\(status)")
        let done = try await project.deploy("--yes")
        #expect(done.succeeded, "\(done.output)\(done.error)")
        let count = await load.stop()
        #expect(count.good > 20)
        #expect(count.failures == 0, "\(count.bad)")
        #expect(try await isGone(project, "sample-canary"))
        #expect(try await project.version() == "2")
        let template = DeploymentView(try await project.deployment()).template
        #expect(template.container(named: "app")?.json["env"]?[0]?["value"] == "2")
    }

    @Test func aBadCanaryNeverTouchesTheOldDeployment() async throws {
        let project = try await LiveProject(
            "canary-bad",
            settings: "strategy: {canary: {steps: [{replicas: 1, watch: 40s}]}}"
        )
        #expect(try await project.deploy().succeeded)
        let before = try await project.deployment()
        let load = ServiceLoad(try await project.address())
        try project.write(version: "2", fault: ("FAULT_ERRORS", "0.1"))
        let outcome = try await project.deploy()
        _ = await load.stop()
        #expect(outcome.status == 1, "\(outcome.output)\(outcome.error)")
        #expect(outcome.output.contains("requests failed"), "\(outcome.output)")
        #expect(try await project.deployment().generation == before.generation)
        #expect(try await isGone(project, "sample-canary"))
        #expect(try await project.version() == "1")
    }
}
