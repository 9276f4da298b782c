import Core
import Testing

@testable import CodeAudit

@Suite struct SuppressionTests {
    private static func audit(_ code: String) -> (rules: [String], suppressed: Int) {
        let result = SwiftLinter.lint(code, path: "a.swift")
        let applied = SuppressionRules.apply(result.suppressions, to: result.findings, file: "a.swift") { _ in true }
        return (applied.remaining.map(\.rule.id), applied.suppressed)
    }

    @Test(
        arguments: [
            "let a = Insecure.MD5.hash(data: d)  // slipway:allow(weak-hash) an ETag, no signature",
            "// slipway:allow(weak-hash): an ETag, no signature\nlet a = Insecure.MD5.hash(data: d)",
            "func f() {\n    // slipway:allow(weak-hash, weak-random) both for tests\n    let a = Insecure.MD5.hash(data: d)\n}",
            "let a = Insecure.MD5.hash(data: d) /* slipway:allow(weak-hash) an ETag */",
        ]
    )
    func acceptsWithAReason(code: String) {
        let result = Self.audit(code)
        #expect(result.rules.isEmpty)
        #expect(result.suppressed == 1)
    }

    @Test(
        arguments: [
            (
                "let a = Insecure.MD5.hash(data: d)  // slipway:allow(weak-hash)",
                ["weak-hash", "suppression-without-reason"]
            ),
            (
                "let a = Insecure.MD5.hash(data: d)  /* slipway:allow(weak-hash) */",
                ["weak-hash", "suppression-without-reason"]
            ),
            ("let a = 1  // slipway:allow(weak-hash) an ETag", ["unused-suppression"]),
            ("let a = 1  // slipway:allow(weak-hsah) an ETag", ["unused-suppression"]),
            ("let a = 1  // slipway:allow() an ETag", ["unused-suppression"]),
            (
                "// slipway:allow(weak-hash) too far away\n\nlet a = Insecure.MD5.hash(data: d)",
                ["weak-hash", "unused-suppression"]
            ),
            (
                "let b = 1  // slipway:allow(weak-hash) of the line above\nlet a = Insecure.MD5.hash(data: d)",
                ["weak-hash", "unused-suppression"]
            ),
            (#"let a = "// slipway:allow(weak-hash) x" + hash(Insecure.MD5.self)"#, ["weak-hash"]),
        ] as [(String, [String])]
    )
    func reportsSuppressionsThatDoNotCount(code: String, rules: [String]) {
        #expect(Self.audit(code).rules == rules)
    }

    @Test func worksInFilesOfOtherLanguages() {
        let found = Suppression.read(
            "# slipway:allow(generic-secret) the emulator's\nTOKEN=x\n  KEY=y # slipway:allow(a, b) c\n"
        )
        #expect(found.map(\.rules) == [["generic-secret"], ["a", "b"]])
        #expect(found.map(\.reason) == ["the emulator's", "c"])
        #expect(found.map(\.standsAlone) == [true, false])
    }
}
