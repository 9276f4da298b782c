import CodeAudit
import Core
import Foundation
import Testing

@Suite struct AuditorTests {
    let repository: Repository

    init() throws { repository = try Repository() }

    private func audit(
        _ ignores: String = "",
        today: String = "2026-11-23",
        _ change: (inout Auditor.Options) -> Void = { _ in }
    ) async throws -> AuditReport {
        var options = Auditor.Options()
        change(&options)
        return try await Auditor(
            root: repository.url,
            git: TestGit(folder: repository.url),
            ignores: try IgnoreList(parsing: ignores, file: "slipway-ignore.yml").audit,
            today: today,
            options: options
        ).audit()
    }

    @Test func findsWhatWasTakenOutAgain() async throws {
        let token = SecretTests.githubToken()
        try repository.commit("one\ntwo\nTOKEN \(token)\n", to: "deploy/run.sh")
        let first = try repository.git("rev-parse", "HEAD").trimmingCharacters(in: .whitespacesAndNewlines)
        try repository.commit("TOKEN \(token)\n", to: "copy.sh")
        try repository.commit("one\n", to: "deploy/run.sh")
        try repository.commit("", to: "copy.sh")
        let report = try await audit()
        #expect(report.commits == 4)
        #expect(report.findings.map(\.location.description) == ["deploy/run.sh:3:7"], "once, and where it came in")
        #expect(report.findings.first?.commit == first)
        #expect(!report.passes)
        #expect(!report.text.contains(token.suffix(20)))
        #expect(report.text.contains(first.prefix(12)))
        #expect(try await audit { $0.readsHistory = false }.passes)
    }

    @Test func aSecretInTheTreeIsReportedThereAndNotTwice() async throws {
        try repository.commit("T \(SecretTests.githubToken())\n", to: "a.txt")
        let report = try await audit()
        #expect(report.findings.map(\.commit) == [nil])
        try repository.commit(
            "T \(SecretTests.githubToken()) # slipway:allow(github-token) revoked in 2024\n",
            to: "a.txt"
        )
        let accepted = try await audit()
        #expect(accepted.findings.isEmpty)
        #expect(accepted.suppressed == 1)
    }

    @Test func looksIntoMergesBranchesAndOddNames() async throws {
        try repository.commit("a\n", to: "f")
        try repository.git("checkout", "-q", "-b", "side")
        try repository.commit("side\n", to: "g ü\t\"x\"")
        try repository.git("checkout", "-q", "main")
        try repository.commit("main\n", to: "h")
        try repository.git("merge", "-q", "--no-commit", "--no-ff", "side")
        // A secret that only the merge itself brings in.
        try repository.commit("a\nkey \(SecretTests.githubToken(seed: 3))\n", to: "f")
        try repository.commit("a\n", to: "f")
        try repository.git("checkout", "-q", "-b", "never-merged")
        try repository.commit("key \(SecretTests.githubToken(seed: 4))\n", to: "g ü\t\"x\"")
        try repository.git("checkout", "-q", "main")
        let report = try await audit()
        #expect(report.findings.count == 2)
        #expect(report.findings.contains { $0.location.file == "f" && $0.location.line == 2 })
    }

    @Test func leavesOutWhatGitIgnores() async throws {
        try repository.write("secret.txt\n", to: ".gitignore")
        try repository.write("T \(SecretTests.githubToken())\n", to: "secret.txt")
        try repository.write("T \(SecretTests.githubToken(seed: 5))\n", to: "new.txt")
        #expect(try await audit().findings.map(\.location.file) == ["new.txt"], "untracked, but it would be added")
    }

    @Test func codeRulesSpareTestsUnlessAsked() async throws {
        let code = "let a = Insecure.MD5.hash(data: d)\n"
        try repository.commit(code, to: "Tests/AppTests/A.swift")
        try repository.commit(code, to: "Sources/App/A.swift")
        #expect(try await audit().findings.map(\.location.file) == ["Sources/App/A.swift"])
        #expect(try await audit { $0.lintsTests = true }.findings.count == 2)
    }

    @Test func severityAndConfidenceDecide() async throws {
        try repository.commit("let a = Insecure.MD5.hash(data: d)\n", to: "a.swift")
        #expect(try await !audit().passes)
        #expect(try await audit { $0.policy.failOn = .high }.passes)
        try repository.commit("postgres://app:kJ8sd72ksLq@localhost/x\n", to: "a.swift")
        #expect(try await audit().findings.isEmpty, "a password for this machine only is less sure")
        #expect(try await audit { $0.policy.confidence = .low }.findings.map(\.rule.id) == ["url-credentials"])
    }

    @Test func aDecisionHasAReasonAndAnEnd() async throws {
        try repository.commit("let a = Insecure.MD5.hash(data: d)\n", to: "Sources/App/A.swift")
        let entry = "audit:\n  - {id: weak-hash, path: 'Sources/**', reason: ETags, expires: 2026-12-31}\n"
        #expect(try await audit(entry).passes)
        let late = try await audit(entry, today: "2027-01-01")
        #expect(late.findings.count == 1)
        #expect(late.expired.count == 1)
        #expect(late.text.contains("ended on 2026-12-31"))
        let elsewhere = try await audit(entry.replacing("Sources/**", with: "Other/*"))
        #expect(elsewhere.findings.count == 1)
        #expect(elsewhere.notices.contains { $0.contains("weak-hash") }, "it ignores nothing, and that is said")
        try repository.commit("\n", to: "Sources/App/A.swift")
        #expect(try await !audit(entry, today: "2027-01-01").passes, "an old decision fails even with nothing to hide")
    }

    @Test(
        arguments: [
            "audit:\n  - {id: x, reason: y}", "audit:\n  - {id: x, expires: 2027-01-01}", "audit: x", "- a",
            "audit:\n  - {id: x, reason: y, expires: tomorrow}", "audti: []",
            "audit:\n  - {id: x, reason: y, expires: 2027-13-01}",
            "audit:\n  - {id: x, package: p, reason: y, expires: 2027-01-01}",
        ]
    )
    func refusesADecisionThatIsNotWhole(text: String) {
        #expect(throws: DiagnosticsError.self) { try IgnoreList(parsing: text, file: "x.yml") }
    }

    @Test func writesWhatCodeScanningReads() async throws {
        try repository.commit("// one\nlet a = Insecure.MD5.hash(data: d)\n", to: "Sources/My App/A.swift")
        let report = try await audit()
        let run = try #require(report.sarif(toolVersion: "1.0.0")["runs"]?[0])
        let rule = try #require(run[path: "tool", "driver", "rules"]?[0])
        #expect(rule["id"]?.string == "weak-hash")
        #expect(rule[path: "properties", "security-severity"]?.string == "5.5")
        #expect(rule[path: "properties", "tags"]?.array?.contains("security") == true)
        let result = try #require(run["results"]?[0])
        let place = try #require(result["locations"]?[0]?["physicalLocation"])
        #expect(place[path: "artifactLocation", "uri"]?.string == "Sources/My%20App/A.swift")
        #expect(place[path: "region", "startLine"]?.int == 2)
        let before = result[path: "partialFingerprints", "primaryLocationLineHash"]?.string
        try repository.commit("// one\n// two\n\nlet a = Insecure.MD5.hash(data: d)\n", to: "Sources/My App/A.swift")
        let after = try await audit().sarif(toolVersion: "1.0.0")["runs"]?[0]?["results"]?[0]
        #expect(after?[path: "partialFingerprints", "primaryLocationLineHash"]?.string == before, "the line has moved")
        #expect(before?.hasSuffix(":1") == true)
    }

    @Test func thisRepositoryPasses() async throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let report = try await Auditor(root: root, git: nil, today: "2026-11-23").audit()
        #expect(report.files > 500)
        // The flag alone: a report taken apart by the macro fills a log.
        let passes = report.passes
        #expect(passes, "\(report.text)")
    }

    @Test func worksWithoutARepository() async throws {
        let folder = repository.url.appending(path: "plain")
        try repository.write("T \(SecretTests.githubToken())\n", to: "plain/a.txt")
        try repository.write("T \(SecretTests.githubToken())\n", to: "plain/.build/b.txt")
        let report = try await Auditor(root: folder, git: nil, today: "2026-11-23").audit()
        #expect(report.findings.map(\.location.file) == ["a.txt"])
        #expect(report.commits == 0)
    }
}
