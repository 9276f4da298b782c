import Core
import Foundation
import Kubernetes
import Testing

@testable import Delivery

/// The commands around a release, as a user gives them.
@Suite(
    .enabled(if: LiveCluster.isPossible, "the slipway command or the sample service is not built"),
    .liveCluster,
    .timeLimit(.minutes(10))
)
struct LiveCommandTests {
    @Test func statusShowAndRollback() async throws {
        let project = try await LiveProject("commands", settings: "backup: {run: 'echo saved > $SLIPWAY_BACKUP_FILE'}")
        #expect(try await project.deploy().succeeded)
        try project.write(version: "2")
        #expect(try await project.deploy().succeeded)

        let status = try await project.slipway("status", "test").output
        #expect(status.contains("2 of 2 available") && status.contains("release 2"), "\(status)")
        let shown = try await project.slipway("show", "test/2").output
        #expect(shown.hasPrefix("test/2  release, verified"), "\(shown)")
        #expect(shown.contains("rolling-out for ") && shown.contains("ok service sample: GET /health 200"))
        let record = try JSON(parsing: try await project.slipway("show", "test/2", "--json").output)
        let id = try #require(record["id"]?.string)
        #expect(try await project.slipway("show", String(id.prefix(20))).output == shown)
        let unknown = try await project.slipway("show", "test/9")
        #expect(unknown.status == 2 && unknown.error.hasPrefix("slipway: There is no release test/9"))

        let back = try await project.slipway("rollback", "test", "--to", "release-1")
        #expect(back.succeeded && back.output.contains("back to: release 1"), "\(back.output)\(back.error)")
        #expect(try await project.version() == "1")
        let wrong = try await project.slipway("rollback", "test", "--to", "v1")
        #expect(wrong.status == 2 && wrong.error.contains("--to needs a revision (3)"), "\(wrong.error)")

        let backups = try JSON(parsing: try await project.slipway("backups", "--json").output).array ?? []
        #expect(backups.map { $0["release"]?.int } == [3, 2, 1])
        // What was there before release 3 was version 2.
        let name = try #require(backups.first?["id"]?.string)
        let unasked = try await project.slipway("restore", name)
        #expect(unasked.status == 4 && unasked.error.contains("nobody said yes"), "\(unasked.error)")
        let restored = try await project.slipway("restore", name, "--only", "manifests", "--yes")
        #expect(restored.succeeded, "\(restored.output)\(restored.error)")
        #expect(try await project.version() == "2")
        let none = try await project.slipway("restore", "test-99", "--yes")
        #expect(none.status == 2 && none.error.contains("There is no back-up test-99"))
    }

    @Test func theDoctorFindsNothingOrWhatItIs() async throws {
        let project = try await LiveProject(
            "doctor",
            settings: "watch: {window: 5s, interval: 1s, metrics: {requests: nope}}"
        )
        #expect(try await project.deploy("--watch", "0").succeeded)
        let metric = try await project.slipway("doctor", "test")
        #expect(metric.status == 1)
        #expect(
            metric.output.contains("PROBLEM metrics: The release could not be watched: nope is not there"),
            "\(metric.output)"
        )
        #expect(metric.output.contains("ok      cluster:"))
        #expect(metric.output.contains("ok      image: localhost/sample@sha256:"))

        let client = try project.cluster.client()
        _ = try await client.patch(
            .deployment,
            namespace: project.name,
            name: "sample",
            .strategic(["spec": ["template": ["spec": ["containers": [["name": "app", "image": "localhost/gone:1"]]]]]]
            ),
            options: WriteOptions(fieldManager: "somebody")
        )
        try await client.shutdown()
        let limit = ContinuousClock.now + .seconds(60)
        while true {
            let output = try await project.slipway("doctor", "test").output
            if output.contains("fix: The image is not in the registry") { break }
            try #require(.now < limit, "\(output)")
        }
    }

    @Test func aKubeconfigThatIsNoneIsToldWithTheFix() async throws {
        let project = try await LiveProject(
            "bad-kubeconfig",
            more: """
                  other: {namespace: other, manifests: k8s, cluster: {kubeconfig-env: KUBECONFIG_OTHER}}
                """
        )
        let runner = CommandRunner(
            folder: project.folder.url,
            environment: project.environment.merging(["KUBECONFIG_OTHER": "bm90IGEga3ViZWNvbmZpZw=="]) { $1 }
        )
        let answer = try await runner.run([SlipwayBinary.url.path, "doctor", "other"], timeout: 30)
        #expect(answer.status == 1)
        #expect(answer.output.contains("PROBLEM credentials:"), "\(answer.output)")
        #expect(answer.output.contains("fix: "))
    }
}
