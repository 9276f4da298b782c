import Core
import Testing

@testable import Workflows

@Suite struct ConditionTests {
    /// The condition of the only step of a job whose `if` is written so.
    static func condition(_ yaml: String) throws -> Condition {
        let text = "on: push\njobs:\n  j:\n    runs-on: x\n    steps:\n      - run: x\n        if: \(yaml)\n"
        let workflow = try WorkflowParser.parse(text, path: "c.yml").get()
        return try #require(workflow.job("j")?.steps.first).condition
    }

    static func context(_ status: StepStatus) -> EvaluationContext {
        EvaluationContext(
            ["github": ["ref": "refs/heads/dev", "event": ["flag": true]], "env": ["EMPTY": "", "FALSE": "false"]],
            status: status
        )
    }

    /// The condition, and whether it holds after success, failure and cancellation.
    @Test(arguments: [
        ("", "+--"), ("null", "+--"), ("~", "+--"), ("''", "+--"), ("true", "+--"), ("false", "---"),
        ("always()", "+++"), ("'!cancelled()'", "++-"), ("failure()", "-+-"), ("cancelled()", "--+"),
        ("success()", "+--"), ("'!success()'", "-++"), ("success() || failure()", "++-"),
        ("failure() && github.ref == 'refs/heads/dev'", "-+-"), ("github.ref == 'refs/heads/dev'", "+--"),
        ("github.ref == 'refs/heads/main'", "---"), ("${{ github.ref == 'refs/heads/dev' }}", "+--"),
        ("${{ always() }}", "+++"), ("contains('x', format('{0}', always()))", "---"),
        ("contains('true', format('{0}', always()))", "+++"), ("false && always()", "---"),
        ("case(always(), true, false)", "+++"), ("env.EMPTY", "---"), ("env.FALSE", "+--"),
        ("github.event.flag", "+--"),
        ("env.MISSING", "---"), ("1", "+--"), ("0", "---"), ("''''''", "---"), ("\"'x'\"", "+--"),
        ("${{ false }} text", "+--"), ("x ${{ always() }}", "+++"), ("\" ${{ false }}\"", "+--"),
        ("always", "err"),
    ])
    func decides(yaml: String, expected: String) throws {
        guard expected != "err" else {
            #expect(throws: DiagnosticsError.self) { try Self.condition(yaml) }
            return
        }
        let condition = try Self.condition(yaml)
        let results = try [StepStatus.success, .failure, .cancelled].map {
            try condition.evaluate(in: Self.context($0)) ? "+" : "-"
        }
        #expect(results.joined() == expected)
    }

    /// The condition, how it is read, and its values put in.
    @Test(arguments: [
        ("", "success()", "true"),
        (
            "github.ref == 'refs/heads/main'", "success() && (github.ref == 'refs/heads/main')",
            "true && ('refs/heads/dev' == 'refs/heads/main')"
        ),
        (
            "${{ github.ref == 'x' && env.EMPTY || always() }}", "github.ref == 'x' && env.EMPTY || always()",
            "'refs/heads/dev' == 'x' && env.EMPTY || true"
        ),
        (
            "contains(github.ref, 'dev') && github.event.flag",
            "success() && (contains(github.ref, 'dev') && github.event.flag)",
            "true && (contains('refs/heads/dev', 'dev') && true)"
        ),
        ("'!env.MISSING'", "success() && (!env.MISSING)", "true && (!null)"),
        ("github.event == env", "success() && (github.event == env)", "true && (Object == Object)"),
        ("a ${{ github.ref }}", "success() && (a ${{ github.ref }})", "true && ('a refs/heads/dev')"),
        (
            "format('it''s {0}', github.ref)", "success() && (format('it''s {0}', github.ref))",
            "true && (format('it''s {0}', 'refs/heads/dev'))"
        ),
    ])
    func explainsItself(yaml: String, effective: String, substituted: String) throws {
        let explanation = try Self.condition(yaml).explain(in: Self.context(.success))
        #expect(explanation.expression == effective)
        #expect(explanation.substituted == substituted)
    }

    @Test func doesNotLookFurtherAfterAFailure() throws {
        let explanation = try Self.condition("github.ref == 'x'").explain(in: Self.context(.failure))
        #expect(explanation.substituted == "false && (github.ref == 'x')")
        #expect(!explanation.result)
    }

    @Test func failsWithThePlaceOfTheMistake() throws {
        let condition = try Self.condition("github.ref == 'refs/heads/dev' && fromJSON('x')")
        let error = #expect(throws: ExpressionFailure.self) { try condition.evaluate(in: Self.context(.success)) }
        #expect(error?.location == SourceLocation(file: "c.yml", line: 7, column: 13))
    }

    @Test func actionScriptsAlwaysRunUnlessToldOtherwise() throws {
        let text = """
            name: x
            description: x
            runs:
              using: node20
              main: a.js
              post: b.js
              post-if: success()
              pre: c.js
            """
        guard case .node(let runs) = try ActionParser.parse(text, path: "action.yml").get().runs else {
            Issue.record("not a node action")
            return
        }
        #expect(try runs.preCondition.evaluate(in: Self.context(.failure)))
        #expect(try !runs.postCondition.evaluate(in: Self.context(.failure)))
        #expect(runs.preCondition.effectiveText == "always()")
    }
}
