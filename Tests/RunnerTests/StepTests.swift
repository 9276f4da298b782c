import Core
import Foundation
import Journal
import Testing

@testable import Runner

/// What a step sees and does, with real shells.
@Suite struct StepTests {
    /// A job of these steps, indented as YAML wants it.
    static func job(_ steps: String, extra: String = "") -> String {
        let lines = steps.split(separator: "\n", omittingEmptySubsequences: false).map { "      \($0)" }
        let more = extra.split(separator: "\n", omittingEmptySubsequences: false).map { "    \($0)" }
        return """
            on: push
            env:
              LEVEL: workflow
              WORKFLOW: w
            jobs:
              a:
                runs-on: ubuntu-latest
            \(more.joined(separator: "\n"))
                steps:
            \(lines.joined(separator: "\n"))

            """
    }

    @Test(
        arguments: [
            // Environment: three levels, GITHUB_ENV, and what cannot be overwritten.
            ("- run: echo \"$LEVEL $WORKFLOW\"", "workflow w\n"),
            ("- run: echo \"$LEVEL ${{ env.LEVEL }}\"\n  env:\n    LEVEL: step", "step step\n"),
            ("- run: echo \"A=1\" >> \"$GITHUB_ENV\"\n- run: echo \"$A ${{ env.A }}\"", "1 1\n"),
            (
                "- run: |\n    { echo 'A<<EOF'; echo one; echo two; echo EOF; } >> \"$GITHUB_ENV\"\n- run: echo \"$A\"",
                "one\ntwo\n"
            ),
            ("- run: echo LEVEL=file >> $GITHUB_ENV\n- run: echo $LEVEL\n  env: {LEVEL: step}", "step\n"),
            ("- run: echo $GITHUB_REF $CI\n  env: {GITHUB_REF: mine, CI: own}", "refs/heads/main own\n"),
            ("- run: echo $CI $GITHUB_ACTIONS $GITHUB_JOB $RUNNER_OS", "true true a Linux\n"),
            // Paths: what was added last comes first.
            (
                "- run: |\n    echo /one >> $GITHUB_PATH\n    echo /two >> $GITHUB_PATH\n- run: echo ${PATH%%:/[^ot]*}",
                "/two:/one\n"
            ),
            // Outputs.
            (
                "- id: s\n  run: echo v=1 >> $GITHUB_OUTPUT\n- run: echo ${{ steps.s.outputs.v }}-${{ steps.s.outcome }}",
                "1-success\n"
            ),
            (
                "- id: s\n  run: 'echo \"::set-output name=v::2%0Ax\"'\n- run: echo '${{ steps.s.outputs.v }}'",
                "##[warning]The `set-output` command is deprecated and will be disabled soon. Please upgrade to using Environment Files.\n2\nx\n"
            ),
            // Shells.
            ("- run: echo $-|grep -o e; false | true; echo on", "e\non\n"),
            ("- run: echo \"$0\" | grep -c '\\.sh$'\n  shell: sh", "1\n"),
            ("- run: print(1 + 1)\n  shell: python", "2\n"),
            ("- run: |\n    print \"perl\\n\";\n  shell: perl {0}", "perl\n"),
            // Working directories.
            ("- run: mkdir -p x/y\n- run: basename $PWD\n  working-directory: x/y", "y\n"),
            ("- run: test \"$PWD\" = \"$GITHUB_WORKSPACE\" && echo same", "same\n"),
            // Conditions.
            ("- run: echo no\n  if: false\n- run: echo ${{ github.event_name }}", "push\n"),
            ("- run: echo text\n  if: 'a == ${{ false }}'", "text\n"),
            // Order of the two streams.
            ("- run: echo 1; echo 2 >&2; echo 3", "1\n2\n3\n"),
            // Groups and commands.
            ("- run: 'echo \"::group::G\"; echo in; echo \"::endgroup::\"'", "##[group]G\nin\n##[endgroup]\n"),
            ("- run: 'echo \"::nonsense::x\"; echo \"  ::notice::n\"'", "::nonsense::x\n##[notice]n\n"),
            (
                "- run: 'echo \"::stop-commands::tok\"; echo \"::error::x\"; echo \"::tok::\"; echo \"::notice::y\"'",
                "::stop-commands::tok\n::error::x\n::tok::\n##[notice]y\n"
            ),
            // No line feed at the end, and a line that is not UTF-8.
            ("- run: printf abc", "abc\n"),
            ("- run: cat\n", ""),
        ]
    )
    func showsWhatTheRunnerShows(steps: String, expected: String) async throws {
        try await TestProject.with { project in
            let run = try await project.run(Self.job(steps))
            #expect(try run.output() == expected)
            #expect(run.record.conclusion == .success)
        }
    }

    @Test(
        arguments: [
            (
                "- run: exit 3\n- run: echo no\n- run: echo yes\n  if: failure()", ["failure", "skipped", "success"],
                "failure"
            ),
            ("- run: exit 3\n  continue-on-error: true\n- run: echo", ["success", "success"], "success"),
            ("- run: false | true", ["success"], "success"),
            ("- run: false | true\n  shell: bash", ["failure"], "failure"),
            ("- run: 'false; true'", ["failure"], "failure"),
            ("- run: 'false; true'\n  shell: bash {0}", ["success"], "success"),
            ("- run: echo\n  if: fromJSON('{')\n- run: echo\n  if: always()", ["failure", "success"], "failure"),
            ("- run: echo\n  shell: nosuchshell {0}", ["failure"], "failure"),
            ("- run: echo\n  working-directory: nowhere", ["failure"], "failure"),
            ("- run: echo bad >> $GITHUB_ENV", ["failure"], "failure"),
            ("- run: 'echo \"A<<E\" >> $GITHUB_OUTPUT'", ["failure"], "failure"),
            ("- run: 'echo \"::set-env name=A::1\"'", ["failure"], "failure"),
            (
                "- run: 'echo \"::set-env name=A::1\"'\n  env: {ACTIONS_ALLOW_UNSECURE_COMMANDS: true}\n- run: test $A = 1",
                ["success", "success"], "success"
            ),
            (
                "- run: echo NODE_OPTIONS=x >> $GITHUB_ENV\n- run: test -z \"$NODE_OPTIONS\"", ["success", "success"],
                "success"
            ),
            (
                "- run: echo GITHUB_SHA=x >> $GITHUB_ENV\n- run: test \"$GITHUB_SHA\" = ${{ github.sha }}",
                ["success", "success"], "success"
            ),
            ("- run: 'echo \"::add-mask::\"'", ["success"], "success"),
            ("- run: 'echo \"::stop-commands::error\"'", ["failure"], "failure"),
            ("- run: kill -9 $$", ["failure"], "failure"),
            (
                "- run: sleep 60\n  timeout-minutes: 0.01\n- run: echo\n  if: failure()", ["failure", "success"],
                "failure"
            ),
            ("- uses: ./nowhere", ["failure"], "failure"),
        ]
    )
    func concludesAsTheRunnerDoes(steps: String, conclusions: [String], result: String) async throws {
        try await TestProject.with { project in
            let run = try await project.run(Self.job(steps))
            #expect(run.conclusions() == conclusions)
            #expect(run.record.conclusion?.rawValue == result)
        }
    }

    @Test func outcomeAndConclusionDifferUnderContinueOnError() async throws {
        try await TestProject.with { project in
            let steps = """
                - id: s
                  run: exit 1
                  continue-on-error: ${{ github.event_name == 'push' }}
                - run: echo ${{ steps.s.outcome }} ${{ steps.s.conclusion }} ${{ job.status }}
                """
            let run = try await project.run(Self.job(steps))
            #expect(try run.output().hasSuffix("failure success success\n"))
        }
    }

    @Test func keepsTheFirstTenAnnotationsOfEachLevelWithTheirPlaces() async throws {
        try await TestProject.with { project in
            let steps = """
                - run: |
                    for i in $(seq 12); do echo "::error file=src/a.swift,line=$i,col=2,title=T%2CU::m$i%0Asecond"; done
                    echo "::warning::w"
                """
            let run = try await project.run(Self.job(steps))
            #expect(run.annotations.filter { $0.level == .error }.map(\.line) == (1...10).map { $0 })
            let first = try #require(run.annotations.first)
            #expect((first.file, first.column, first.title, first.message) == ("src/a.swift", 2, "T,U", "m1\nsecond"))
            #expect(run.annotations.filter { $0.level == .warning }.map(\.message) == ["w"])
        }
    }

    @Test func collectsSummaries() async throws {
        try await TestProject.with { project in
            let steps = """
                - run: echo "# One" >> $GITHUB_STEP_SUMMARY
                - run: echo "two s3cret" >> $GITHUB_STEP_SUMMARY; echo "::add-mask::s3cret"
                """
            let run = try await project.run(Self.job(steps))
            let folder = run.state.url.appending(path: try run.job("a").directory)
            let summary = try String(contentsOf: folder.appending(path: "summary.md"), encoding: .utf8)
            #expect(summary == "# One\n\ntwo ***\n\n")
        }
    }

    @Test func defaultsOfTheJobComeBeforeThoseOfTheWorkflow() async throws {
        try await TestProject.with { project in
            let workflow = """
                on: push
                defaults: {run: {shell: sh, working-directory: /}}
                jobs:
                  a:
                    runs-on: [self-hosted, linux]
                    defaults: {run: {working-directory: "${{ github.workspace }}/d"}}
                    steps:
                      - run: mkdir $GITHUB_WORKSPACE/d
                        working-directory: /tmp
                      - run: basename $PWD; echo ${BASH_VERSION:-sh}
                """
            let run = try await project.run(workflow)
            #expect(try run.output().hasPrefix("d\n"))
            #expect(run.record.conclusion == .success)
        }
    }

    @Test func nothingOfASecretReachesTheRunsFolderOrTheJournal() async throws {
        try await TestProject.with { project in
            var settings = RunSettings()
            settings.secrets = ["TOKEN": Secret("hunter2-multi\nline-two-of-it")]
            let steps = """
                - name: Show ${{ github.actor }}
                  id: s
                  env:
                    T: ${{ secrets.TOKEN }}
                  run: |
                    echo "$T"
                    printf %s "$T" | head -1 | base64
                    printf %s "x$T" | base64 -w0; echo
                    python3 -c 'import os,urllib.parse,json; t=os.environ["T"]; print(urllib.parse.quote(t)); print(json.dumps(t))'
                    printf 'hunter2'; sleep 0.05; printf -- '-multi and more'; echo
                    echo "::error::hunter2-multi"
                    echo "line-two-of-it" >> $GITHUB_STEP_SUMMARY
                    echo "v=hunter2-multi" >> $GITHUB_OUTPUT
                - run: echo ${{ steps.s.outputs.v }} ${#T}
                - run: exit 1
                  name: Fails with hunter2-multi
                """
            let workflow = Self.job(steps, extra: "outputs:\n  v: ${{ steps.s.outputs.v }}\n  w: fine")
            let run = try await project.run(workflow, settings: settings, variables: ["TOKEN": "hunter2-multi"])
            let everything = try run.everything()
            for piece in ["hunter2-multi", "line-two-of-it", "aHVudGVyMi1tdWx0a"] {
                #expect(!everything.contains(piece))
                #expect(!run.steps.contains { $0.name.contains(piece) || $0.message?.contains(piece) == true })
                #expect(!run.annotations.contains { $0.message.contains(piece) })
            }
            #expect(everything.contains("*** and more"))
            #expect(try run.job("a").outputs == ["w": "fine"])
        }
    }

    @Test func stepsInheritTheUsersEnvironmentButNotItsSecrets() async throws {
        try await TestProject.with { project in
            var settings = RunSettings()
            settings.secrets = ["MY_TOKEN": Secret("abcdefgh")]
            settings.variables = ["COLOUR": "green"]
            let steps = "- run: echo \"[$MY_TOKEN] [$FROM_USER] [$GITHUB_OLD] ${{ vars.COLOUR }}\""
            let run = try await project.run(
                Self.job(steps),
                settings: settings,
                variables: ["MY_TOKEN": "abcdefgh", "FROM_USER": "yes", "GITHUB_OLD": "outer"]
            )
            #expect(try run.output() == "[] [yes] [] green\n")
        }
    }
}
