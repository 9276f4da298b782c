import Core
import Foundation
import Testing

@testable import Workflows

/// The catalog says what the rules do, and leaves none out.
@Suite struct RuleCatalogTests {
    private struct EmptyRepository: ReferencedFiles {
        var isAvailable: Bool { true }
        func contents(of path: String) -> String? { nil }
    }

    private static let examples = RuleCatalog.all.filter { $0.example != nil }.map(\.id)

    @Test(arguments: examples) func anExampleShowsItsRule(id: String) throws {
        let example = try #require(RuleCatalog.entry(id)?.example)
        let found = WorkflowChecker(files: EmptyRepository()).check(workflow: example, path: "example.yml")
        #expect(found.map(\.rule).contains(id), "\(found.map(\.text))")
    }

    /// What the golden cases find is in the catalog.
    @Test func noRuleIsLeftOut() throws {
        let folder = GoldenCheckTests.folder
        var rules: Set<String> = []
        for name in try FileManager.default.contentsOfDirectory(atPath: folder.path) where name.hasSuffix(".txt") {
            let text = try String(contentsOf: folder.appending(path: name), encoding: .utf8)
            for match in text.matches(of: /(?m)\[([a-z-]+)\]$/) { rules.insert(String(match.1)) }
        }
        #expect(rules.count > 30)
        #expect(rules.subtracting(RuleCatalog.all.map(\.id)).isEmpty)
    }

    /// `SLIPWAY_UPDATE_GOLDEN=1` writes the page.
    @Test func theDocumentationIsUpToDate() throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let page = root.appending(path: "docs/checks.md")
        if ProcessInfo.processInfo.environment["SLIPWAY_UPDATE_GOLDEN"] == "1" {
            try RuleCatalog.markdown.write(to: page, atomically: true, encoding: .utf8)
        }
        #expect(try String(contentsOf: page, encoding: .utf8) == RuleCatalog.markdown)
    }
}
