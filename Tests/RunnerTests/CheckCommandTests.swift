import Core
import Foundation
import Testing

@testable import Runner

/// `slipway check` and `slipway plan` as a user runs them.
@Suite(.enabled(if: BuiltBinary.path != nil, "the slipway binary is not beside the tests"))
struct CheckCommandTests {
    private static let bad = """
        on: [push, issues]
        jobs:
          a:
            runs-on: ubuntu-24.04
            needs: [b]
            steps:
              - run: echo '${{ github.event.issue.title }}'
              - run: echo ok
                sehll: bash

        """

    @Test func textNamesThePlaceTheRuleAndTheNearestKey() async throws {
        try await TestProject.with([".github/workflows/bad.yml": Self.bad]) { project in
            let check = try await slipway(project, "check", "--no-shellcheck")
            #expect(check.end == .exited(1))
            #expect(check.text.contains(".github/workflows/bad.yml:5:13: error:"))
            #expect(check.text.contains("[undefined-need]"))
            #expect(check.text.contains("bad.yml:9:9: error:") && check.text.contains("\"shell\""))
            #expect(check.text.contains("[untrusted-input]"))
            #expect(check.text.hasSuffix("1 file checked: 3 errors, 0 warnings\n"), "\(check.text)")
        }
    }

    @Test func jsonAndSarifSayTheSame() async throws {
        try await TestProject.with([".github/workflows/bad.yml": Self.bad]) { project in
            let json = try await slipway(project, "check", "--no-shellcheck", "--format", "json")
            let findings = try #require(try JSON(parsing: json.text).array)
            let sarif = try await slipway(project, "check", "--no-shellcheck", "--format", "sarif")
            let run = try #require(try JSON(parsing: sarif.text)["runs"]?[0])
            let results = try #require(run["results"]?.array)
            #expect(findings.map { $0["rule"]?.string } == results.map { $0["ruleId"]?.string })
            #expect(findings.map { $0["line"]?.int } == [5, 7, 9])
            let rules = try #require(run["tool"]?["driver"]?["rules"]?.array)
            #expect(rules.allSatisfy { $0["shortDescription"]?["text"]?.string?.isEmpty == false })
        }
    }

    @Test func manyFilesAreReportedInTheirOrder() async throws {
        let files = Dictionary(
            uniqueKeysWithValues: (10..<40).map {
                (".github/workflows/w\($0).yml", "on: push\njobs: {a: {steps: []}}\n")
            }
        )
        try await TestProject.with(files) { project in
            let json = try await slipway(project, "check", "--no-shellcheck", "--format", "json")
            let names = try #require(try JSON(parsing: json.text).array).compactMap { $0["file"]?.string }
            #expect(Set(names).count == 30 && names == names.sorted())
        }
    }

    @Test func aCleanFileIsCleanAndPlanShowsIt() async throws {
        let clean = """
            name: CI
            on: push
            permissions: {contents: read}
            jobs:
              a:
                runs-on: ubuntu-latest
                steps:
                  - run: make
                  - {if: github.ref == 'refs/heads/other', run: echo}
              b: {runs-on: windows-latest, steps: [{run: echo}]}
            """
        try await TestProject.with([".github/workflows/ci.yml": clean]) { project in
            #expect(try await slipway(project, "check", "--no-shellcheck").end == .exited(0))
            let refused = try await slipway(project, "plan", "ci")
            #expect(refused.end == .exited(2) && refused.text.contains("ci.yml:10:16"))
            let plan = try await slipway(project, "plan", "ci", "--json", "--skip-unsupported")
            #expect(plan.end == .exited(0))
            let jobs = try #require(try JSON(parsing: plan.text)[0]?["jobs"]?.array)
            #expect(jobs.map { $0["mayRun"]?.bool } == [true, false])
            let condition = jobs[0]["legs"]?[0]?["steps"]?[1]?["if"]
            #expect(condition?["values"]?.string == "success() && ('refs/heads/main' == 'refs/heads/other')")
            #expect(condition?["result"]?.bool == false)
        }
    }
}
