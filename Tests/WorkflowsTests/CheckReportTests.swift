import Core
import Testing

@testable import Workflows

@Suite struct CheckReportTests {
    private let report: CheckReport = {
        let text = "on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    stps: []\n    steps:\n      - uses: a/b@v1\n"
        return CheckReport([
            CheckReport.File(
                path: "w.yml",
                text: text,
                diagnostics: WorkflowChecker().check(workflow: text, path: "w.yml")
            )
        ])
    }()

    @Test func writesTextWithTheLineAndACaret() {
        #expect(
            report.text() == """
                w.yml:5:5: error: Unknown key "stps" in a job [unknown-key]
                        stps: []
                        ^
                    Did you mean "steps"?
                w.yml:7:15: warning: "a/b@v1" is not pinned to a full commit SHA [unpinned-action]
                          - uses: a/b@v1
                                  ^
                1 file checked: 1 error, 1 warning

                """
        )
        #expect(report.text(color: true).contains("\u{1B}[31merror:\u{1B}[0m"))
        #expect(report.hasErrors)
    }

    @Test func writesJSON() {
        #expect(report.json[0]?["rule"] == "unknown-key")
        #expect(report.json[1]?["column"] == 15)
    }

    @Test func writesSARIF() {
        let run = report.sarif(toolVersion: "1.0")["runs"]?[0]
        #expect(run?["results"]?[0]?["ruleId"] == "unknown-key")
        #expect(run?["results"]?[1]?["level"] == "warning")
        #expect(run?[path: "tool", "driver"]?["rules"]?[0]?["id"] == "unknown-key")
        let region = run?["results"]?[0]?["locations"]?[0]?[path: "physicalLocation", "region"]
        #expect(region == ["startLine": 5, "startColumn": 5])
    }
}
