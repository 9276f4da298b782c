import Core
import Foundation

/// Audits a source tree: secrets in its files and in its history, and faults in its Swift code.
package struct Auditor: Sendable {
    package struct Options: Sendable {
        package var policy = AuditReport.Policy()
        /// Tests may unwrap, use plain HTTP and weak numbers; secrets are looked for in them all the same.
        package var lintsTests = false
        package var readsHistory = true

        package init() {}
    }

    /// Larger files are data.
    private static let fileLimit = 5 << 20

    private let root: URL
    private let git: (any GitClient)?
    private let ignores: [IgnoreList.Entry]
    private let today: String
    private let options: Options

    /// - Parameters:
    ///   - root: The folder to audit.
    ///   - git: For a folder in a repository; nil to look at files only.
    ///   - ignores: What the team has decided to live with.
    ///   - today: `YYYY-MM-DD`, which decides what has expired.
    ///   - options: What to look at, and what fails.
    package init(
        root: URL,
        git: (any GitClient)?,
        ignores: [IgnoreList.Entry] = [],
        today: String,
        options: Options = Options()
    ) {
        self.root = root
        self.git = git
        self.ignores = ignores
        self.today = today
        self.options = options
    }

    /// Looks at everything.
    ///
    /// - Throws: `SlipwayError` where the folder or git cannot be read.
    package func audit() async throws -> AuditReport {
        let paths = try await SourceFiles.list(in: root, git: git)
        let results = await auditFiles(paths)
        var findings = results.flatMap(\.findings)
        var notices = results.flatMap(\.notices)
        var commits = 0
        if options.readsHistory, let git {
            var history = GitHistory(known: Set(results.flatMap(\.secrets)))
            let isRepository = try await git.run(GitHistory.arguments) { history.consume($0) }
            if isRepository {
                history.finish()
                findings += history.findings
                commits = history.commits
                if try await answer(git, "rev-parse", "--is-shallow-repository") == "true" {
                    notices.append("the repository is shallow: older commits were not audited (git fetch --unshallow)")
                }
            } else {
                notices.append("there is no history that git could read, so only the files were audited")
            }
        }
        let ignored = apply(ignores, to: &findings)
        notices += ignored.unused.map { "\($0.location): nothing was found that \($0.id) ignores" }
        let shown = findings.filter { $0.confidence >= options.policy.confidence }
        return AuditReport(
            findings: shown.sorted {
                ($1.rule.severity, $0.location, $0.rule.id) < ($0.rule.severity, $1.location, $1.rule.id)
            },
            notices: notices,
            expired: ignored.expired,
            files: results.count { !$0.isSkipped },
            commits: commits,
            suppressed: results.reduce(0) { $0 + $1.suppressed } + ignored.count,
            policy: options.policy,
            fingerprints: results.reduce(into: [:]) { $0.merge($1.fingerprints) { first, _ in first } }
        )
    }

    private func answer(_ git: any GitClient, _ arguments: String...) async throws -> String {
        var bytes: [UInt8] = []
        _ = try await git.run(arguments) { bytes += $0 }
        return String(decoding: bytes, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
    }

    // MARK: Files

    private struct FileResult: Sendable {
        var findings: [AuditFinding] = []
        var secrets: [String] = []
        var notices: [String] = []
        var suppressed = 0
        var fingerprints: [SourceLocation: String] = [:]
        /// Not a text file, or not a regular one.
        var isSkipped = false
    }

    /// One task for each processor, and each takes every so-manieth file.
    private func auditFiles(_ paths: [String]) async -> [FileResult] {
        let width = max(1, ProcessInfo.processInfo.activeProcessorCount)
        return await withTaskGroup(of: [FileResult].self) { group in
            for start in 0..<width {
                group.addTask { stride(from: start, to: paths.count, by: width).map { auditFile(paths[$0]) } }
            }
            return await group.reduce(into: []) { $0 += $1 }
        }
    }

    private func auditFile(_ path: String) -> FileResult {
        var result = FileResult()
        let file = root.appending(path: path)
        // Through links the same file, or one outside, would be read again.
        guard let attributes = try? FileManager.default.attributesOfItem(atPath: file.path(percentEncoded: false)),
            attributes[.type] as? FileAttributeType == .typeRegular
        else {
            result.isSkipped = true
            return result
        }
        guard (attributes[.size] as? Int ?? 0) <= Self.fileLimit, let data = try? Data(contentsOf: file) else {
            result.notices.append("\(path) was not audited: it cannot be read, or is larger than 5 MB")
            return result
        }
        guard !data.prefix(8000).contains(0) else {
            result.isSkipped = true
            return result
        }
        let text = String(decoding: data, as: UTF8.self)
        var findings = SecretScanner.findings(in: text, path: path)
        result.secrets = findings.compactMap(\.secret)
        let isSwift = path.hasSuffix(".swift")
        let isTest = path.split(separator: "/").contains("Tests") || path.hasSuffix("Tests.swift")
        let isLinted = isSwift && (options.lintsTests || !isTest)
        var suppressions: [Suppression] = []
        if isSwift {
            if isLinted || text.contains("slipway:allow(") {
                let linted = SwiftLinter.lint(text, path: path)
                suppressions = linted.suppressions
                if isLinted { findings += Self.without(linted.findings, thoseAt: findings) }
            }
        } else {
            suppressions = Suppression.read(text)
        }
        (result.findings, result.suppressed) = SuppressionRules.apply(suppressions, to: findings, file: path) { rule in
            isLinted || SecretRules.all.contains { $0.id == rule }
        }
        if !result.findings.isEmpty {
            let lines = LineFingerprints.of(text, lines: Set(result.findings.map(\.location.line)))
            for finding in result.findings { result.fingerprints[finding.location] = lines[finding.location.line] }
        }
        return result
    }

    /// A secret that was found as such is no second finding as a credential in code.
    private static func without(_ linted: [AuditFinding], thoseAt secrets: [AuditFinding]) -> [AuditFinding] {
        let lines = Set(secrets.map(\.location.line))
        return linted.filter {
            $0.rule != CredentialRules.hardcodedCredential.rule || !lines.contains($0.location.line)
        }
    }

    // MARK: Ignore list

    private func apply(_ ignores: [IgnoreList.Entry], to findings: inout [AuditFinding]) -> (
        count: Int, unused: [IgnoreList.Entry], expired: [Diagnostic]
    ) {
        let before = findings.count
        let valid = ignores.filter { !$0.isExpired(today: today) }
        var used: Set<IgnoreList.Entry> = []
        findings.removeAll { finding in
            let entry = valid.first { entry in
                (entry.id == finding.rule.id || entry.id == finding.secret)
                    && entry.scope.map { PathPattern($0).matches(finding.location.file) } ?? true
            }
            if let entry { used.insert(entry) }
            return entry != nil
        }
        let expired = ignores.filter { $0.isExpired(today: today) }.map(\.diagnosticWhenExpired)
        return (before - findings.count, valid.filter { !used.contains($0) }, expired)
    }
}
