import Core
import Foundation
import ImagesTestSupport
import Testing

@testable import Images

@Suite struct PipelineTagsTests {
    private static let commit = "0123456789abcdef0123456789abcdef01234567"

    @Test(
        arguments: [
            (.branch("develop"), false, ["develop", "develop-0123456"]),
            (.branch("main"), true, ["main", "main-0123456", "latest"]),
            (.branch("feature/Über x"), false, ["feature--ber-x", "feature--ber-x-0123456"]),
            (.branch("-odd."), false, ["odd.", "odd.-0123456"]),
            (.tag("v1.2.3"), false, ["1.2.3", "1.2"]),
            (.tag("1.20.3"), true, ["1.20.3", "1.20"]),
            (.tag("v1.2.3-rc.1"), false, ["1.2.3-rc.1"]),
            (.tag("v1.2.3+build.5"), false, ["1.2.3-build.5", "1.2"]),
            (.tag("v1.2"), false, ["v1.2"]),
            (.tag("nightly"), false, ["nightly"]),
        ] as [(PipelineTags.Trigger, Bool, [String])]
    )
    func namesWhatThePipelineNames(trigger: PipelineTags.Trigger, isDefault: Bool, expected: [String]) throws {
        let tags = PipelineTags(trigger: trigger, commit: Self.commit, isDefaultBranch: isDefault).tags
        #expect(tags == expected)
        let image = try ImageReference(parsing: "localhost/api", defaultRegistry: "localhost")
        for tag in tags { #expect(throws: Never.self) { try image.tagged(tag) } }
    }

    @Test func aRunsVariablesGoBeforeGit() async throws {
        let folder = try TemporaryFolder()
        let event = try folder.write(#"{"repository":{"default_branch":"trunk"}}"#, to: "event.json")
        let environment = [
            "GITHUB_REF_NAME": "trunk", "GITHUB_REF_TYPE": "branch", "GITHUB_SHA": Self.commit,
            "GITHUB_EVENT_PATH": event.path,
        ]
        let tags = try await PipelineTags.current(environment: environment, source: folder.url)
        #expect(tags.tags == ["trunk", "trunk-0123456", "latest"])
    }

    @Test func gitIsAskedOutsideOfARun() async throws {
        let folder = try TemporaryFolder()
        await #expect(throws: SlipwayError.self) {
            try await PipelineTags.current(environment: [:], source: folder.url)
        }
        try folder.write("a", to: "a")
        let identity = ["-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false"]
        for arguments in [
            ["init", "-q", "-b", "main"], ["add", "."], identity + ["commit", "-q", "-m", "a"],
            ["switch", "-q", "-c", "topic"],
        ] {
            let outcome = try await Tool.run("git", arguments, in: folder.url)
            try #require(outcome.succeeded, "\(outcome.error)")
        }
        let branch = try await PipelineTags.current(environment: [:], source: folder.url)
        #expect(branch.trigger == .branch("topic") && !branch.isDefaultBranch)
        _ = try await Tool.run("git", ["switch", "-q", "main"], in: folder.url)
        #expect(try await PipelineTags.current(environment: [:], source: folder.url).isDefaultBranch)
        _ = try await Tool.run("git", ["tag", "v2.0.1"], in: folder.url)
        _ = try await Tool.run("git", ["switch", "-q", "--detach"], in: folder.url)
        #expect(try await PipelineTags.current(environment: [:], source: folder.url).tags == ["2.0.1", "2.0"])
    }
}
