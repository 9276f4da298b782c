import Foundation
import Testing

@testable import Delivery

@Suite struct GitCommitHistoryTests {
    @Test func tellsTheCommitsBetweenTwoWithMergedOnes() async throws {
        let folder = try TemporaryFolder()
        try await folder.git("init", "-q", "-b", "main")
        let first = try await commit("one", in: folder)
        try await folder.git("checkout", "-q", "-b", "side")
        let side = try await commit("side", in: folder)
        try await folder.git("checkout", "-q", "main")
        let second = try await commit("two", in: folder)
        try await folder.git("merge", "-q", "--no-ff", "-m", "merge", "side")
        let head = try await folder.git("rev-parse", "HEAD")

        let history = GitCommitHistory(folder: folder.url)
        let between = try #require(try await history.commits(after: first, upTo: head))
        #expect(Set(between.map(\.sha)) == [side, second, head])
        #expect(try await history.commits(after: nil, upTo: second)?.map(\.sha) == [second])
        #expect(try await history.commits(after: head, upTo: head)?.isEmpty == true)
        // A release of an older commit brings nothing new.
        #expect(try await history.commits(after: head, upTo: first)?.isEmpty == true)
        let seconds = try #require(TimeInterval(try await folder.git("show", "-s", "--format=%ct", second)))
        #expect(between.first { $0.sha == second }?.committedAt == Date(timeIntervalSince1970: seconds))
    }

    @Test(arguments: [String(repeating: "0", count: 40), "--output=x", "main", ""])
    func whatIsNoKnownCommitIsUnknown(_ name: String) async throws {
        let folder = try TemporaryFolder()
        try await folder.git("init", "-q", "-b", "main")
        let head = try await commit("one", in: folder)
        let history = GitCommitHistory(folder: folder.url)
        #expect(try await history.commits(after: nil, upTo: name) == nil)
        #expect(try await history.commits(after: name, upTo: head) == nil)
    }

    private func commit(_ name: String, in folder: TemporaryFolder) async throws -> String {
        try folder.write(name, name)
        try await folder.git("add", ".")
        try await folder.git("commit", "-q", "-m", name)
        return try await folder.git("rev-parse", "HEAD")
    }
}
