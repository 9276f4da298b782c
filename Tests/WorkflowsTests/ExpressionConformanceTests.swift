import Core
import Foundation
import Testing

@testable import Workflows

/// GitHub's own test data, read in place from the shared folder.
@Suite(.enabled(if: Shared.hasExpressions, "the shared conformance data is not on this machine"))
struct ExpressionConformanceTests {
    static let files: [String] = {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: Shared.expressions.path)) ?? []
        return names.filter { $0.hasSuffix(".json") }.sorted()
    }()

    @Test func thereAreFiles() { #expect(Self.files.count >= 10) }

    @Test(arguments: files) func agreesWithGitHub(file: String) throws {
        let text = try String(contentsOf: Shared.expressions.appending(path: file), encoding: .utf8)
        guard case .object(let groups) = try ExpressionValue(json: text) else {
            Issue.record("\(file) is no object")
            return
        }
        for group in groups.entries {
            guard case .array(let cases) = group.value else { continue }
            for item in cases.elements { try check(item, in: "\(file) \(group.key)") }
        }
    }

    private func check(_ item: ExpressionValue, in group: String) throws {
        let source = item["expr"].text
        var values: [String: ExpressionValue] = [:]
        if case .object(let contexts) = item["contexts"] {
            for entry in contexts.entries { values[entry.key] = entry.value }
        }
        // The data was made with the language's own limit of 1 MB.
        let context = EvaluationContext(values, maximumBytes: 1 << 20)
        let outcome = Result {
            try Expression.parse(source, scope: ExpressionScope(contexts: values.keys)).evaluate(in: context)
        }
        let comment: Comment = "\(group): \(source)"
        switch outcome {
        case .success(let value):
            #expect(item["err"].isNull, comment)
            #expect(value.kindName == item["result"]["kind"].text, comment)
            #expect(value.plainJSON == item["result"]["value"].plainJSON, comment)
        case .failure(let error as ExpressionError):
            #expect(error.kind.rawValue == item["err"]["kind"].text, comment)
            let wanted = item["err"]["value"].text
            #expect(error.message.hasPrefix(wanted), "\(group): \(error.message)")
            #expect(!wanted.isEmpty, comment)
        case .failure(let error): throw error
        }
    }
}

extension ExpressionValue {
    fileprivate var isNull: Bool { if case .null = self { true } else { false } }
}
