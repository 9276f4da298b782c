/// Every rule of `slipway check`, for documentation and SARIF.
package enum RuleCatalog {
    package struct Entry: Sendable {
        package let id: String
        /// One sentence.
        package let summary: String
        /// A workflow in which the rule finds something; nil where it needs another program.
        package let example: String?
    }

    package static let all: [Entry] = [
        Entry(
            id: "yaml",
            summary: "The file is no valid YAML, or beyond GitHub's limits.",
            example: """
                on: push
                jobs: {a: [
                """
        ),
        Entry(
            id: "duplicate-key",
            summary: "A key stands twice in one mapping; case does not matter.",
            example: """
                on: push
                name: a
                Name: b
                jobs: {a: {runs-on: ubuntu-24.04, steps: [{run: make}]}}
                """
        ),
        Entry(
            id: "unknown-key",
            summary: "A key that GitHub does not know at this place, with the nearest one that it knows.",
            example: """
                on: push
                jobs: {a: {runs_on: ubuntu-24.04, runs-on: ubuntu-24.04, steps: [{run: make}]}}
                """
        ),
        Entry(
            id: "missing-key",
            summary: "A key that must be there is not.",
            example: """
                on: push
                jobs: {a: {steps: [{run: make}]}}
                """
        ),
        Entry(
            id: "wrong-type",
            summary: "A mapping where a string belongs, and the like.",
            example: """
                on: push
                jobs: {a: {runs-on: ubuntu-24.04, steps: {run: make}}}
                """
        ),
        Entry(
            id: "wrong-value",
            summary: "A value that the key does not take.",
            example: """
                on: push
                permissions: {contents: admin}
                jobs: {a: {runs-on: ubuntu-24.04, steps: [{run: make}]}}
                """
        ),
        Entry(
            id: "empty",
            summary: "Nothing where something must be: no jobs, no steps, no events.",
            example: """
                on: push
                jobs: {a: {runs-on: ubuntu-24.04, steps: []}}
                """
        ),
        Entry(
            id: "invalid-id",
            summary: "The id of a job or step has characters that ids may not have.",
            example: """
                on: push
                jobs: {a: {runs-on: ubuntu-24.04, steps: [{id: my step, run: make}]}}
                """
        ),
        Entry(
            id: "duplicate-id",
            summary: "Two steps of a job have the same id.",
            example: """
                on: push
                jobs: {a: {runs-on: ubuntu-24.04, steps: [{id: x, run: make}, {id: X, run: make}]}}
                """
        ),
        Entry(
            id: "action-reference",
            summary: "What a step `uses` names no action.",
            example: """
                on: push
                jobs: {a: {runs-on: ubuntu-24.04, steps: [{uses: checkout}]}}
                """
        ),
        Entry(
            id: "workflow-reference",
            summary: "What a job `uses` names no workflow.",
            example: """
                on: push
                jobs: {a: {uses: ./build.yml}}
                """
        ),
        Entry(
            id: "undefined-need",
            summary: "A job needs one that does not exist.",
            example: """
                on: push
                jobs: {a: {needs: b, runs-on: ubuntu-24.04, steps: [{run: make}]}}
                """
        ),
        Entry(
            id: "repeated-need",
            summary: "A job names what it needs twice.",
            example: """
                on: push
                jobs:
                  a: {runs-on: ubuntu-24.04, steps: [{run: make}]}
                  b: {needs: [a, a], runs-on: ubuntu-24.04, steps: [{run: make}]}
                """
        ),
        Entry(
            id: "cycle",
            summary: "Jobs need each other in a circle.",
            example: """
                on: push
                jobs:
                  a: {needs: b, runs-on: ubuntu-24.04, steps: [{run: make}]}
                  b: {needs: a, runs-on: ubuntu-24.04, steps: [{run: make}]}
                """
        ),
        Entry(
            id: "expression",
            summary: "An expression that GitHub cannot read.",
            example: """
                on: push
                jobs: {a: {runs-on: ubuntu-24.04, steps: [{run: "echo ${{ github.ref == }}"}]}}
                """
        ),
        Entry(
            id: "expression-not-allowed",
            summary: "An expression where GitHub takes none.",
            example: """
                on: push
                jobs: {a: {runs-on: ubuntu-24.04, steps: [{id: "${{ github.ref }}", run: make}]}}
                """
        ),
        Entry(
            id: "context-availability",
            summary: "A context or function that does not exist at this place.",
            example: """
                on: push
                jobs: {a: {if: secrets.KEY, runs-on: ubuntu-24.04, steps: [{run: make}]}}
                """
        ),
        Entry(
            id: "undefined-property",
            summary: "A step, job, input, output, matrix key or member that does not exist.",
            example: """
                on: push
                jobs: {a: {runs-on: ubuntu-24.04, steps: [{run: "echo ${{ steps.build.outputs.x }}"}]}}
                """
        ),
        Entry(
            id: "type",
            summary: "A value of the wrong type: text where a number is expected.",
            example: """
                on: push
                jobs: {a: {runs-on: ubuntu-24.04, steps: [{run: make, timeout-minutes: "${{ github.ref }}"}]}}
                """
        ),
        Entry(
            id: "comparison",
            summary: "A comparison that is always false, such as `github.ref` with a branch's short name.",
            example: """
                on: push
                jobs: {a: {if: github.ref == 'main', runs-on: ubuntu-24.04, steps: [{run: make}]}}
                """
        ),
        Entry(
            id: "constant-condition",
            summary: "An `if` that does not depend on anything: text around `${{ }}` is always true.",
            example: """
                on: push
                jobs: {a: {if: "${{ github.ref }} == 'x'", runs-on: ubuntu-24.04, steps: [{run: make}]}}
                """
        ),
        Entry(
            id: "event-filter",
            summary: "A filter that the event does not have, or that excludes another.",
            example: """
                on: {push: {branches: [main], branches-ignore: [dev]}}
                jobs: {a: {runs-on: ubuntu-24.04, steps: [{run: make}]}}
                """
        ),
        Entry(
            id: "glob",
            summary: "A pattern of a filter that cannot be read, or matches nothing.",
            example: """
                on: {push: {branches: ['[a']}}
                jobs: {a: {runs-on: ubuntu-24.04, steps: [{run: make}]}}
                """
        ),
        Entry(
            id: "cron",
            summary: "A schedule that GitHub does not take, never comes, or comes too often; an unknown time zone.",
            example: """
                on: {schedule: [{cron: '@daily'}]}
                jobs: {a: {runs-on: ubuntu-24.04, steps: [{run: make}]}}
                """
        ),
        Entry(
            id: "input",
            summary: "An input of the workflow whose default, options or type do not fit.",
            example: """
                on: {workflow_dispatch: {inputs: {level: {type: choice, options: [low], default: high}}}}
                jobs: {a: {runs-on: ubuntu-24.04, steps: [{run: make}]}}
                """
        ),
        Entry(
            id: "called-workflow",
            summary: "A call that does not fit the called workflow: inputs, secrets, permissions, circles, depth.",
            example: """
                on: push
                jobs: {a: {uses: ./.github/workflows/none.yml}}
                """
        ),
        Entry(
            id: "matrix",
            summary: "A matrix without values, or an `exclude` that names no key of it.",
            example: """
                on: push
                jobs: {a: {runs-on: ubuntu-24.04, strategy: {matrix: {os: [a], exclude: [{arch: x}]}}, steps: [{run: make}]}}
                """
        ),
        Entry(
            id: "runner-label",
            summary: "A label that no GitHub machine has, or labels that no machine has together.",
            example: """
                on: push
                jobs: {a: {runs-on: ubuntu-12.04, steps: [{run: make}]}}
                """
        ),
        Entry(
            id: "shell",
            summary: "A shell that does not exist, or not on this system.",
            example: """
                on: push
                jobs: {a: {runs-on: ubuntu-24.04, steps: [{run: make, shell: fish}]}}
                """
        ),
        Entry(
            id: "timeout",
            summary: "A time limit that is not a positive number.",
            example: """
                on: push
                jobs: {a: {runs-on: ubuntu-24.04, timeout-minutes: 0, steps: [{run: make}]}}
                """
        ),
        Entry(
            id: "concurrency",
            summary: "`queue: max` together with `cancel-in-progress`, or a group without a name.",
            example: """
                on: push
                concurrency: {group: g, queue: max, cancel-in-progress: true}
                jobs: {a: {runs-on: ubuntu-24.04, steps: [{run: make}]}}
                """
        ),
        Entry(
            id: "background",
            summary:
                "`wait` or `cancel` of a step that does not run in the background, or outputs read before the wait.",
            example: """
                on: push
                jobs: {a: {runs-on: ubuntu-24.04, steps: [{id: x, run: make}, {wait: x}]}}
                """
        ),
        Entry(
            id: "parallel",
            summary: "A step in a `parallel` group that is no `run` or `uses`.",
            example: """
                on: push
                jobs: {a: {runs-on: ubuntu-24.04, steps: [{parallel: [{wait-all: true}]}]}}
                """
        ),
        Entry(
            id: "action-input",
            summary: "An input that the action does not have, requires, or does not take with this value.",
            example: """
                on: push
                jobs: {a: {runs-on: ubuntu-24.04, steps: [{uses: actions/checkout@08c6903cd8c0fde910a37f88322edcfb5dd907a8, with: {depth: 1}}]}}
                """
        ),
        Entry(
            id: "action-missing",
            summary: "An action of this repository that is not there.",
            example: """
                on: push
                jobs: {a: {runs-on: ubuntu-24.04, steps: [{uses: ./none}]}}
                """
        ),
        Entry(
            id: "outdated-action",
            summary: "A version of a well-known action that GitHub no longer runs.",
            example: """
                on: push
                jobs: {a: {runs-on: ubuntu-24.04, steps: [{uses: actions/upload-artifact@v3}]}}
                """
        ),
        Entry(
            id: "unpinned-action",
            summary: "An action or workflow that is not pinned to a full commit SHA.",
            example: """
                on: push
                jobs: {a: {runs-on: ubuntu-24.04, steps: [{uses: some/action@v1}]}}
                """
        ),
        Entry(
            id: "untrusted-input",
            summary: "Text that anyone may write is put into a script, where a shell reads it as commands.",
            example: """
                on: issues
                jobs: {a: {runs-on: ubuntu-24.04, steps: [{run: "echo '${{ github.event.issue.title }}'"}]}}
                """
        ),
        Entry(
            id: "secret-exposure",
            summary: "A secret on a command line, where every process list shows it, or in output.",
            example: """
                on: push
                jobs: {a: {runs-on: ubuntu-24.04, steps: [{run: "curl -u me:${{ secrets.KEY }} https://x"}]}}
                """
        ),
        Entry(
            id: "credential",
            summary: "A password that is written out.",
            example: """
                on: push
                jobs: {a: {runs-on: ubuntu-24.04, container: {image: x, credentials: {username: me, password: hunter2}}, steps: [{run: make}]}}
                """
        ),
        Entry(
            id: "deprecated-command",
            summary: "A workflow command that GitHub has switched off or will.",
            example: """
                on: push
                jobs: {a: {runs-on: ubuntu-24.04, steps: [{run: "echo '::set-output name=x::1'"}]}}
                """
        ),
        Entry(
            id: "lossy-number",
            summary: "A number that YAML reads as another: `3.10` is `3.1`.",
            example: """
                on: push
                jobs: {a: {runs-on: ubuntu-24.04, strategy: {matrix: {python: [3.10]}}, steps: [{run: "echo ${{ matrix.python }}"}]}}
                """
        ),
        Entry(
            id: "variable-name",
            summary: "A variable whose name GitHub reserves.",
            example: """
                on: push
                env: {GITHUB_TOKENS: x}
                jobs: {a: {runs-on: ubuntu-24.04, steps: [{run: make}]}}
                """
        ),
        Entry(
            id: "shellcheck",
            summary: "What shellcheck says about a script, where it is installed.",
            example: nil
        ),
    ]

    package static func entry(_ id: String) -> Entry? { all.first { $0.id == id } }

    /// The page `docs/checks.md`.
    package static var markdown: String {
        var lines = [
            "# What `slipway check` finds", "",
            "`slipway check` reads workflow and action files as GitHub does and reports, before the push, what GitHub would",
            "reject (errors) and what would surprise (warnings). `--format json` and `--format sarif` are for other programs.",
            "Each rule below is shown with a file in which it finds something.", "",
        ]
        for entry in all {
            lines += ["## \(entry.id)", "", entry.summary, ""]
            if let example = entry.example { lines += ["```yaml", example, "```", ""] }
        }
        return lines.joined(separator: "\n")
    }
}
