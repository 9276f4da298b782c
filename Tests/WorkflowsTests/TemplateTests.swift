import Core
import Testing

@testable import Workflows

@Suite struct TemplateTests {
    private func env(_ yaml: String) throws -> TemplateValue {
        let text = "on: push\nenv:\(yaml)\njobs: { j: { runs-on: x, steps: [{ run: x }] } }\n"
        return try #require(try WorkflowParser.parse(text, path: "t.yml").get().env)
    }

    private let context = EvaluationContext([
        "github": ["ref": "main", "n": 1.5, "flag": true, "nothing": .null, "env": ["A": "1", "B": "2"]]
    ])

    @Test(arguments: [
        ("plain", "plain"), ("'${{ github.ref }}'", "main"), ("a ${{ github.ref }} b", "a main b"),
        ("${{ github.ref }}${{ github.n }}", "main1.5"), ("x${{ github.flag }}", "xtrue"),
        ("x${{ github.nothing }}", "x"),
        ("${{ github.nothing }}", ""), ("${{ 'a }} b' }}", "a }} b"), ("${{ '}}' }}}}", "}}}}"),
        ("$ {{ x }}", "$ {{ x }}"),
        ("$${{ 1 }}", "$1"), ("'{0} ${{ 1 }} {}'", "{0} 1 {}"), ("${{github.ref}}", "main"), ("12", "12"), ("1.0", "1"),
        ("0x1f", "31"), ("0o17", "15"), ("TRUE", "true"), ("~", ""), ("'null'", "null"), ("yes", "yes"),
        ("1e3", "1000"),
        ("!!str 1.10", "1.10"), ("'1.10'", "1.10"), (".inf", "Infinity"), (".nan", "NaN"), ("012", "12"),
    ])
    func evaluates(yaml: String, expected: String) throws {
        #expect(try env("\n  X: \(yaml)").evaluateStrings(in: context).map(\.value) == [expected])
    }

    @Test func takesWholeMappingsFromAnExpression() throws {
        #expect(
            try env(" ${{ github.env }}").evaluateStrings(in: context).map { "\($0.name)=\($0.value)" } == [
                "A=1", "B=2",
            ]
        )
    }

    @Test func insertsTheMembersOfAMapping() throws {
        let value = try env("\n  A: 0\n  ${{ insert }}: ${{ github.env }}\n  C: 3")
        #expect(try value.evaluateStrings(in: context).map { "\($0.name)=\($0.value)" } == ["A=0", "B=2", "C=3"])
    }

    @Test func evaluatesKeys() throws {
        #expect(try env("\n  x_${{ github.ref }}: 1").evaluateStrings(in: context).map(\.name) == ["x_main"])
    }

    @Test func refusesCollectionsWhereTextIsNeeded() throws {
        #expect(throws: ExpressionFailure.self) {
            try env("\n  X: ${{ github.env }}").evaluateStrings(in: context)
        }
        #expect(throws: ExpressionFailure.self) { try env(" ${{ github.ref }}").evaluateStrings(in: context) }
    }

    @Test func limitsWhatOneTemplateMakes() throws {
        let small = EvaluationContext(
            ["github": ["ref": .string(String(repeating: "x", count: 1000))]],
            maximumBytes: 5000
        )
        let long = String(repeating: "${{ github.ref }}", count: 6)
        #expect(throws: ExpressionFailure.self) { try env("\n  X: \(long)").evaluateStrings(in: small) }
    }
}
