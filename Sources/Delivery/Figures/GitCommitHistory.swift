import Core
import Foundation
import Journal

/// The commits between two deployed ones, as a git repository tells them.
package struct GitCommitHistory: CommitHistory {
    private let runner: CommandRunner

    package init(folder: URL) {
        runner = CommandRunner(folder: folder, environment: ["GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C"])
    }

    /// - Throws: `SlipwayError` (`.external`) where git is missing, takes too long, or says something that is not a
    ///   list of commits.
    package func commits(after base: String?, upTo head: String) async throws -> [Commit]? {
        let names = [head] + (base.map { [$0] } ?? [])
        guard names.allSatisfy(Self.isCommitID) else { return nil }
        for name in names {
            let known = try await runner.run(["git", "cat-file", "-e", "\(name)^{commit}"], timeout: 60)
            guard known.succeeded else { return nil }
        }
        let range = base.map { ["\($0)..\(head)"] } ?? ["--max-count=1", head]
        let answer = try await runner.run(["git", "log", "--format=%H %ct"] + range + ["--"], timeout: 60)
        // In a shallow clone the history ends before the base: what git lists then is not what was between the two.
        guard answer.succeeded, try await !isCutOff(base: base, head: head) else { return nil }
        return try answer.output.split(separator: "\n").map { line in
            let fields = line.split(separator: " ")
            guard fields.count == 2, let seconds = TimeInterval(fields[1]) else {
                throw SlipwayError(.external, "git log answered with \"\(line)\" instead of a commit and its time")
            }
            return Commit(sha: String(fields[0]), committedAt: Date(timeIntervalSince1970: seconds))
        }
    }

    /// Ids come from records, and a record can be wrong: nothing else is passed on to git.
    private static func isCommitID(_ text: String) -> Bool {
        (7...64).contains(text.utf8.count) && text.utf8.allSatisfy { Character(UnicodeScalar($0)).isHexDigit }
    }

    private func isCutOff(base: String?, head: String) async throws -> Bool {
        guard let base else { return false }
        let shallow = try await runner.run(["git", "rev-parse", "--is-shallow-repository"], timeout: 60)
        guard shallow.output.hasPrefix("true") else { return false }
        return try await !runner.run(["git", "merge-base", base, head], timeout: 60).succeeded
    }
}
