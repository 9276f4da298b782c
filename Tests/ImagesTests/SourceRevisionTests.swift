import Core
import Foundation
import ImagesTestSupport
import Testing

@testable import Images

@Suite(.enabled(if: Tool.has("git"), "git is not installed"))
struct SourceRevisionTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    @discardableResult
    private func git(_ arguments: String...) async throws -> String {
        let identity = ["-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "init.defaultBranch=main"]
        let outcome = try await Tool.run(
            "git",
            identity + arguments,
            in: folder.url,
            environment: ["GIT_COMMITTER_DATE": "@1700000000 +0000", "GIT_AUTHOR_DATE": "@1600000000 +0000"]
        )
        #expect(outcome.succeeded, "\(outcome.error)")
        return outcome.output.trimmingCharacters(in: .whitespacesAndNewlines)
    }

    private func commit() async throws {
        try folder.write("one", to: "file")
        try await git("init", "-q")
        try await git("add", ".")
        try await git("commit", "-q", "-m", "x")
    }

    @Test func tellsTheCommit() async throws {
        try await commit()
        try await git("tag", "v1.2.0")
        try await git("remote", "add", "origin", "https://user:token@example.com/team/api.git")
        let revision = try #require(try await SourceRevision.read(at: folder.url))
        #expect(revision.commit == (try await git("rev-parse", "HEAD")))
        #expect(revision.tree == (try await git("rev-parse", "HEAD^{tree}")))
        #expect(!revision.modified && revision.time == 1_700_000_000 && revision.version == "v1.2.0")
        #expect(revision.source == "https://example.com/team/api.git", "no credentials")
    }

    @Test func tellsTheTreeOfLocalChangesAndLeavesTheRepositoryAlone() async throws {
        try await commit()
        try folder.write("two", to: "file")
        try folder.write("new", to: "folder/new")
        try folder.write("ignored", to: "skip")
        try folder.write("skip\n", to: ".gitignore")
        let before = try await git("count-objects", "-v")
        let status = try await git("status", "--porcelain")
        let revision = try #require(try await SourceRevision.read(at: folder.url))
        #expect(revision.modified)
        #expect(try await git("count-objects", "-v") == before)
        #expect(try await git("status", "--porcelain") == status)
        try await git("add", "-A")
        #expect(try await git("write-tree") == revision.tree)
    }

    @Test func saysNothingWhereThereIsNoRepository() async throws {
        #expect(try await SourceRevision.read(at: URL(filePath: "/")) == nil)
        #expect(try await SourceRevision.read(at: folder.path("missing")) == nil)
    }

    @Test(
        arguments: [
            ("git@github.com:team/api.git", "https://github.com/team/api.git"),
            ("ssh://git@github.com/team/api", "ssh://github.com/team/api"),
            ("https://x:y@h/p", "https://h/p"), ("/some/folder", nil), ("file:///x", nil),
        ] as [(String, String?)]
    )
    func hidesCredentials(address: String, expected: String?) {
        #expect(SourceRevision.publicAddress(address) == expected)
    }

    @Test func timesComeFromTheCommitOrTheEnvironment() async throws {
        try await commit()
        let revision = try await SourceRevision.read(at: folder.url)
        #expect(
            try BuildStamp(environment: [:], revision: revision) == BuildStamp(created: 1_700_000_000, systemFiles: 0)
        )
        let set = try BuildStamp(environment: ["SOURCE_DATE_EPOCH": "5"], revision: revision)
        #expect(set == BuildStamp(created: 5, systemFiles: 5))
        #expect(set.text == "1970-01-01T00:00:05Z")
        for bad in ["x", "-1", "1.5", "99999999999999"] {
            #expect(throws: SlipwayError.self) {
                try BuildStamp(environment: ["SOURCE_DATE_EPOCH": bad], revision: nil)
            }
        }
    }

    @Test func labelsComeFromTheRunnerWhereThereIsNoRepository() {
        let labels = ImageLabels.automatic(
            name: "api",
            stamp: BuildStamp(created: 0, systemFiles: 0),
            revision: nil,
            environment: [
                "GITHUB_SHA": "abc", "GITHUB_REPOSITORY": "team/api", "GITHUB_REF_TYPE": "tag",
                "GITHUB_REF_NAME": "v1.0.0",
            ]
        )
        #expect(labels[ImageLabels.revision] == "abc")
        #expect(labels[ImageLabels.source] == "https://github.com/team/api")
        #expect(labels[ImageLabels.version] == "v1.0.0")
    }
}
