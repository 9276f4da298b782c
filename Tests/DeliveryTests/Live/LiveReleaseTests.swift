import Core
import Foundation
import Kubernetes
import Testing

@testable import Delivery

/// Releases by the built command, on the real local cluster.
@Suite(
    .enabled(if: LiveCluster.isPossible, "the slipway command or the sample service is not built"),
    .liveCluster,
    .timeLimit(.minutes(10))
)
struct LiveReleaseTests {
    @Test func aReleaseIsVerifiedAndRepeatingItTakesAMoment() async throws {
        let project = try await LiveProject("good")
        let first = try await project.deploy()
        #expect(first.succeeded, "\(first.output)\(first.error)")
        #expect(first.output.contains("release 1, verified in"))
        #expect(first.output.contains("ok service sample: GET /metrics 200"))
        let deployment = try await project.deployment()
        #expect(deployment.annotations[DeliveryName.release] == "1")
        let image = DeploymentView(deployment).template.container(named: "app")?.image ?? ""
        #expect(image.hasPrefix("localhost/sample@sha256:"))

        let start = ContinuousClock.now
        let second = try await project.deploy()
        #expect(second.output.contains("Nothing to do."))
        #expect(.now - start < .seconds(5))
        #expect(try await project.deployment().resourceVersion == deployment.resourceVersion)

        try project.write(version: "2")
        let plan = try await project.deploy("--dry-run")
        #expect(plan.output.contains("~ data.version: 1 → 2"), "\(plan.output)")
        #expect(plan.output.contains("spec.template.spec.containers[app].env[APP_VERSION].value: 1 → 2"))
        #expect(try await project.deployment().resourceVersion == deployment.resourceVersion)
    }

    struct Fault: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let name: String
        let value: String
        let words: [String]
    }

    @Test(arguments: [
        Fault(
            testDescription: "never-ready",
            name: "FAULT_READINESS",
            value: "never",
            words: [
                "without becoming ready: Readiness probe failed: HTTP probe failed with statuscode: 503", "evidence:",
                "Unhealthy", "last log lines:",
            ]
        ),
        Fault(
            testDescription: "exits-at-start",
            name: "FAULT_EXIT",
            value: "3",
            words: ["app exited with code 3 at each of 3 starts", "evidence:", "BackOff", "last log lines:"]
        ),
    ])
    func aVersionThatCannotServeFailsFastAndNobodyNotices(_ fault: Fault) async throws {
        let project = try await LiveProject(fault.testDescription)
        #expect(try await project.deploy().succeeded)
        let before = try await project.deployment()
        let load = ServiceLoad(try await project.address())
        try project.write(version: "2", fault: (fault.name, fault.value))
        let start = ContinuousClock.now
        let outcome = try await project.deploy()
        let took = ContinuousClock.now - start
        let count = await load.stop()
        #expect(outcome.status == 1)
        for words in fault.words { #expect(outcome.output.contains(words), "\(outcome.output)") }
        #expect(took < .seconds(60))
        #expect(count.good > 20)
        #expect(count.failures == 0, "\(count.bad)")
        try await expectAsBefore(project, before)
    }

    @Test func errorsUnderTrafficRollBackToExactlyWhatWasThereWithFigures() async throws {
        let project = try await LiveProject(
            "errors",
            settings: "watch: {window: 40s, interval: 2s, min-requests: 50}"
        )
        #expect(try await project.deploy("--watch", "0").succeeded)
        let before = try await project.deployment()
        let load = ServiceLoad(try await project.address())
        try project.write(version: "2", fault: ("FAULT_ERRORS", "0.05"))
        let outcome = try await project.deploy()
        let count = await load.stop()
        #expect(outcome.status == 1)
        #expect(outcome.output.contains("error rate above 1 %: "), "\(outcome.output)")
        #expect(outcome.output.contains(/\d+ of \d+ requests failed \(\d+(\.\d+)? %\) in \d+(\.\d+)? s/))
        #expect(outcome.output.contains("false alarms at most 1 %"))
        // Only the faulty version's own errors, none that the way there or back caused.
        #expect(Set(count.bad.keys).isSubset(of: ["500"]), "\(count.bad)")
        try await expectAsBefore(project, before)
        let history = try await project.slipway("history", "test").output
        #expect(history.contains("rolled-back"))
    }

    private func expectAsBefore(_ project: LiveProject, _ before: KubernetesObject) async throws {
        let after = try await project.deployment()
        #expect(ObjectIntent.value(of: after) == ObjectIntent.value(of: before))
        #expect(after.annotations[DeliveryName.release] == before.annotations[DeliveryName.release])
        #expect(ObjectRestoration.hasSameOwners(after, before))
        #expect(try await project.version() == "1")
        #expect(DeploymentView(after).availableReplicas >= 2)
        // What is applied next is compared with what was applied last, not with the release that was undone.
        try project.write(version: "1")
        let plan = try await project.deploy("--dry-run")
        #expect(plan.output.contains("Nothing would change."), "\(plan.output)")
    }

    @Test(arguments: ["==> Applying", "==> Rolling out", "==> Verifying"])
    func aKilledReleaseIsFoundAndFinished(_ moment: String) async throws {
        let project = try await LiveProject("killed-\(moment.count)")
        #expect(try await project.deploy().succeeded)
        try project.write(version: "2")
        try await project.deployKilled(at: moment)
        let outcome = try await project.deploy()
        #expect(outcome.succeeded, "\(outcome.output)\(outcome.error)")
        #expect(outcome.output.contains("which is dead: taken over"), "\(outcome.output)")
        #expect(
            outcome.output.contains(/Found release 2 .* stopped while .*\. Going on with it\./),
            "\(outcome.output)"
        )
        #expect(outcome.output.contains("release 2, verified in"))
        #expect(try await project.version() == "2")
        let template = DeploymentView(try await project.deployment()).template
        #expect(template.container(named: "app")?.json["env"]?[0]?["value"] == "2")
    }

    @Test func aKilledReleaseCanBeUndone() async throws {
        let project = try await LiveProject("killed-undone")
        #expect(try await project.deploy().succeeded)
        let before = try await project.deployment()
        try project.write(version: "2")
        try await project.deployKilled(at: "==> Rolling out")
        let outcome = try await project.deploy("--rollback")
        #expect(outcome.succeeded, "\(outcome.output)\(outcome.error)")
        try await expectAsBefore(project, before)
    }

    @Test func ofTwoReleasesAtOnceOneRefusesNamingTheOtherAndOneWaits() async throws {
        let project = try await LiveProject("parallel", settings: "watch: {window: 4s, interval: 1s}")
        async let first = project.deploy()
        // The lock is taken before anything else; its holder shows in the status.
        let limit = ContinuousClock.now + .seconds(30)
        while true {
            let status = try await project.deploy("--status").output
            if status.contains("lock      held by tester@") { break }
            try #require(.now < limit, "\(status)")
        }
        let second = try await project.deploy()
        #expect(second.status == 4)
        #expect(second.error.hasPrefix("slipway: test is locked by tester@"), "\(second.error)")
        #expect(second.error.contains("why: one release at a time goes to an environment"))
        let third = try await project.deploy("--wait", "60s")
        #expect(third.succeeded, "\(third.output)\(third.error)")
        #expect(third.output.contains("waiting: test is locked by tester@"))
        #expect(third.output.contains("Nothing to do."))
        #expect(try await first.succeeded)
        let history = try await project.slipway("history", "test", "--json").output
        #expect(try JSON(parsing: history).array?.count == 1)
    }

    @Test func somebodyElsesChangeStopsTheWayBack() async throws {
        let project = try await LiveProject("foreign", settings: "watch: {window: 60s, interval: 1s}")
        #expect(try await project.deploy("--watch", "0").succeeded)
        try project.write(version: "2", fault: ("FAULT_ERRORS", "0.5"))
        async let release = project.deploy()
        let limit = ContinuousClock.now + .seconds(60)
        while try await !project.deploy("--status").output.contains("watching") { try #require(.now < limit) }
        let client = try project.cluster.client()
        _ = try await client.patch(
            .configMap,
            namespace: project.name,
            name: "settings",
            .merge(["data": ["version": "by hand"]]),
            options: WriteOptions(fieldManager: "somebody")
        )
        try await client.shutdown()
        let load = ServiceLoad(try await project.address())
        let outcome = try await release
        _ = await load.stop()
        #expect(outcome.status == 5, "\(outcome.output)\(outcome.error)")
        #expect(outcome.error.contains("a person is needed now"))
        #expect(outcome.error.contains("then somebody else changed ConfigMap settings during the release"))
        #expect(try await project.version() == "by hand")
        #expect(try await project.deploy("--status").output.contains("runs"))
    }

    @Test func productionTakesWhatStagingVerifiedOnceApproved() async throws {
        let project = try await LiveProject(
            "staged",
            more: """
                  live:
                    namespace: staged-live
                    manifests: k8s
                    default-tag: highest-version
                    clean-tree: true
                    promotion: {from: test}
                    approval: required
                """
        )
        // The project is the image's source: the tag names the tree that the image was built from.
        try await project.folder.git("init", "-q", "-b", "main")
        try await project.folder.git("fetch", "-q", project.cluster.folder.url.path, "main")
        try await project.folder.git("tag", "v1.2.3", "FETCH_HEAD")
        try await project.folder.git("add", ".")
        try await project.folder.git("commit", "-q", "-m", "manifests")

        let early = try await project.slipway("deploy", "--env", "live", "--yes")
        #expect(early.error.hasPrefix("slipway: test has not verified what v1.2.3 is"), "\(early.error)")
        #expect(try await project.deploy().succeeded)

        let unapproved = try await project.slipway("deploy", "--env", "live")
        #expect(unapproved.status == 4)
        #expect(unapproved.error.hasPrefix("slipway: A release to live needs approval"), "\(unapproved.error)")
        #expect(unapproved.error.contains("by running the same command with --yes"))

        let approved = try await project.slipway("deploy", "--env", "live", "--yes", "--json")
        #expect(approved.succeeded, "\(approved.error)")
        let record = try JSON(parsing: approved.output)
        #expect(record[path: "approval", "by"] == "tester" && record[path: "approval", "via"] == "--yes")
        #expect(record[path: "image", "version"] == "v1.2.3")
        #expect(record["notes"]?.array?.contains("verified in test by its release 1") == true)
        #expect(record["result"] == "verified")

        try project.write(version: "dirty")
        let dirty = try await project.slipway("deploy", "--env", "live", "--yes")
        #expect(dirty.error.contains("The working tree has local changes, and live takes only what is committed"))
    }

    @Test func rollbackByHandLeadsToTheVerifiedReleaseBefore() async throws {
        let project = try await LiveProject("by-hand")
        #expect(try await project.deploy().succeeded)
        try project.write(version: "2")
        #expect(try await project.deploy().succeeded)
        let back = try await project.deploy("--rollback")
        #expect(back.succeeded, "\(back.output)\(back.error)")
        #expect(back.output.contains("back to: release 1"))
        #expect(try await project.version() == "1")
        let none = try await project.deploy("--rollback")
        #expect(none.error.hasPrefix("slipway: There is no earlier verified release of test to go back to"))
        let forth = try await project.deploy("--rollback", "--to", "2")
        #expect(forth.succeeded, "\(forth.output)\(forth.error)")
        #expect(try await project.version() == "2")
    }

    @Test func aFirstReleaseThatFailsLeavesNothingBehind() async throws {
        let project = try await LiveProject("first")
        try project.write(version: "1", fault: ("FAULT_EXIT", "1"))
        let outcome = try await project.deploy()
        #expect(!outcome.succeeded)
        #expect(outcome.output.contains("test is as it was before: nothing was deployed"), "\(outcome.output)")
        await #expect(throws: KubernetesStatusError.self) { try await project.deployment() }
        await #expect(throws: KubernetesStatusError.self) { try await project.object(.service, "sample") }
    }
}
