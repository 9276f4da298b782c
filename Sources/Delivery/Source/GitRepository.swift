import Core
import Foundation

/// What a release asks of git.
package struct GitRepository: Sendable {
    private let runner: CommandRunner

    package init(folder: URL) {
        runner = CommandRunner(folder: folder, environment: ["GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C"])
    }

    /// The commit a name stands for; nil where there is none (or no repository).
    package func commit(of name: String) async throws -> String? {
        // A name that looks like an option must not be taken for one.
        guard !name.hasPrefix("-") else { return nil }
        return try await answer("rev-parse", "--verify", "--quiet", "--end-of-options", "\(name)^{commit}")
    }

    package func commit(ofTag tag: String) async throws -> String? { try await commit(of: "refs/tags/\(tag)") }

    /// The tree of a commit: two commits with the same files have the same.
    package func tree(of commit: String) async throws -> String? {
        try await answer("rev-parse", "--verify", "--quiet", "--end-of-options", "\(commit)^{tree}")
    }

    package func tags() async throws -> [String] {
        try await answer("tag", "--list")?.split(separator: "\n").map(String.init) ?? []
    }

    /// Files that differ from the commit: tracked ones anywhere, and new ones under `paths`.
    ///
    /// New files elsewhere (build products, logs) cannot enter a release.
    package func localChanges(under paths: [String]) async throws -> [String] {
        var changes = try await lines("diff", "--name-only", "HEAD", "--")
        changes += try await lines(["ls-files", "--others", "--exclude-standard", "--"] + paths)
        return changes
    }

    private func lines(_ arguments: String...) async throws -> [String] { try await lines(arguments) }

    private func lines(_ arguments: [String]) async throws -> [String] {
        try await answer(arguments)?.split(separator: "\n").map(String.init) ?? []
    }

    private func answer(_ arguments: String...) async throws -> String? { try await answer(arguments) }

    private func answer(_ arguments: [String]) async throws -> String? {
        let answer = try await runner.run(["git"] + arguments, timeout: 60)
        let text = answer.output.trimmingCharacters(in: .whitespacesAndNewlines)
        return answer.succeeded ? text : nil
    }
}
