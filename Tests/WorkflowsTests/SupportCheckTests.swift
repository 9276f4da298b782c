import Core
import Testing

@testable import Workflows

@Suite struct SupportCheckTests {
    private let text = """
        on: push
        concurrency: x
        jobs:
          a:
            runs-on: { group: g }
            container: node
            services: { db: postgres }
            environment: production
            snapshot: image
            cancel-timeout-minutes: 3
            strategy: { matrix: { x: [1] } }
            steps:
              - uses: actions/checkout@v4
              - uses: owner/other@v1
              - uses: ./local
              - uses: $/same
              - uses: docker://alpine
              - run: x
                background: true
              - wait-all:
              - parallel:
                  - uses: owner/inner@v1
          b:
            uses: ./.github/workflows/x.yml
          c:
            uses: o/r/.github/workflows/x.yml@v1
        """

    private func workflow() throws -> Workflow { try WorkflowParser.parse(text, path: "w.yml").get() }

    @Test func findsEveryFeatureWithItsPlace() throws {
        let uses = try workflow().featureUses()
        #expect(
            uses.map { "\($0.location.line) \($0.feature.rawValue)" } == [
                "2 concurrency", "11 matrix", "6 jobContainer", "7 services", "8 environment", "5 runnerGroup",
                "9 snapshot", "10 cancelTimeout", "13 remoteAction", "14 remoteAction", "15 localAction",
                "16 sameRepositoryAction", "17 dockerAction", "18 backgroundSteps", "20 backgroundSteps",
                "21 backgroundSteps", "22 backgroundSteps", "22 remoteAction", "24 reusableWorkflow",
                "26 remoteReusableWorkflow",
            ]
        )
    }

    @Test func refusesOnlyWhatIsMissingInTheJobsThatRun() throws {
        let check = SupportCheck(supported: Set(WorkflowFeature.allCases).subtracting([.remoteAction, .snapshot])) {
            if case .repository("actions", "checkout", _, _) = $0 { true } else { false }
        }
        #expect(
            try check.diagnostics(for: workflow()).map(\.text) == [
                "w.yml:9:15: error: \"snapshot\" makes an image of a machine that GitHub hosts, and there is none here "
                    + "[unsupported]\n    Leave the job out, or run it on GitHub.",
                "w.yml:14:15: error: An action of another repository (owner/other@v1) is not supported by this runner yet"
                    + " [unsupported]",
                "w.yml:22:19: error: An action of another repository (owner/inner@v1) is not supported by this runner yet"
                    + " [unsupported]",
            ]
        )
        #expect(try check.diagnostics(for: workflow(), jobs: ["b", "c"]).isEmpty)
    }

    @Test func looksIntoActions() throws {
        let text = """
            name: x
            description: x
            runs:
              using: composite
              steps:
                - uses: docker://alpine
            """
        let action = try ActionParser.parse(text, path: "action.yml").get()
        #expect(action.featureUses().map(\.feature) == [.compositeAction, .dockerAction])
        let check = SupportCheck(supported: [.compositeAction])
        #expect(check.diagnostics(for: action).count == 1)
    }
}
