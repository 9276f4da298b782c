import Core
import Testing

@testable import Workflows

@Suite struct WorkflowInputsTests {
    private let text = """
        on:
          workflow_dispatch:
            inputs:
              name: { required: true }
              count: { type: number, default: 3 }
              loud: { type: boolean }
              level: { type: choice, options: [low, high], default: low }
              where: { type: environment, default: staging }
          workflow_call:
            inputs:
              name: { type: string, required: true }
              count: { type: number }
              loud: { type: boolean, default: true }
              ref: { type: string, default: '${{ github.ref }}' }
        jobs:
          a:
            uses: ./.github/workflows/x.yml
            with:
              name: ${{ needs.x }}
              count: ${{ fromJSON('7') }}
              loud: ${{ github.flag }}
        """

    private func workflow() throws -> Workflow { try WorkflowParser.parse(text, path: "w.yml").get() }

    private func dispatch(_ given: [String: String]) throws -> String {
        let trigger = try #require(try workflow().trigger("workflow_dispatch"))
        return try WorkflowInputs.resolve(trigger, given: given, in: EvaluationContext()).compactJSON
    }

    @Test func typesWhatTheUserGives() throws {
        #expect(
            try dispatch(["NAME": "x", "count": "5", "loud": "true", "level": "high"])
                == #"{"name":"x","count":5,"loud":true,"level":"high","where":"staging"}"#
        )
        #expect(
            try dispatch(["name": "12"]) == #"{"name":"12","count":3,"loud":false,"level":"low","where":"staging"}"#
        )
    }

    @Test(
        arguments: [
            ([:], "Input \"name\" is required"), (["name": "x", "cuont": "1"], "There is no input \"cuont\""),
            (["name": "x", "count": "many"], "Input \"count\" must be a number, not 'many'"),
            (["name": "x", "count": ""], "Input \"count\" must be a number, not ''"),
            (["name": "x", "loud": "yes"], "Input \"loud\" must be a boolean, not 'yes'"),
            (["name": "x", "level": "mid"], "\"mid\" is none of the options of input \"level\""),
        ] as [([String: String], String)]
    )
    func refusesWhatDoesNotFit(given: [String: String], message: String) {
        let error = #expect(throws: DiagnosticsError.self) { try dispatch(given) }
        #expect(error?.diagnostics.first?.message == message)
    }

    @Test func reportsEverythingAtOnce() {
        let error = #expect(throws: DiagnosticsError.self) { try dispatch(["x": "1", "loud": "1"]) }
        #expect(error?.diagnostics.count == 3)
    }

    @Test func passesInputsToACalledWorkflow() throws {
        let workflow = try workflow()
        let trigger = try #require(workflow.trigger("workflow_call"))
        let call = try #require(workflow.job("a")?.call)
        let callee = EvaluationContext(["github": ["ref": "refs/heads/main"]])
        // An object where a string is wanted is no fit.
        let wrong = EvaluationContext(["needs": ["x": [:]], "github": ["flag": false]])
        #expect(throws: DiagnosticsError.self) {
            try WorkflowInputs.resolve(trigger, with: call, caller: wrong, callee: callee)
        }
        let caller = EvaluationContext(["needs": ["x": "hello"], "github": ["flag": false]])
        let inputs = try WorkflowInputs.resolve(trigger, with: call, caller: caller, callee: callee)
        #expect(inputs.compactJSON == #"{"name":"hello","count":7,"loud":false,"ref":"refs/heads/main"}"#)
    }
}
