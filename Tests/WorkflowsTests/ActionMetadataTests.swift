import Core
import Testing

@testable import Workflows

@Suite struct ActionMetadataTests {
    @Test func readsACompositeAction() throws {
        let text = """
            name: Setup
            description: Sets up.
            author: me
            inputs:
              Version:
                description: which
                required: true
                default: ${{ github.ref }}
              old:
                deprecationMessage: gone
            outputs:
              path:
                value: ${{ steps.find.outputs.path }}
            runs:
              using: composite
              steps:
                - id: find
                  run: echo "path=$HOME" >> "$GITHUB_OUTPUT"
                  shell: bash
                - uses: actions/cache@v4
                  if: inputs.version != ''
                  with: { path: x, key: y }
            branding: { icon: box, color: blue }
            """
        let action = try ActionParser.parse(text, path: "action.yml").get()
        #expect(action.name == "Setup")
        #expect(action.input("VERSION")?.isRequired == true)
        #expect(action.input("old")?.deprecationMessage == "gone")
        let context = EvaluationContext(["github": ["ref": "r"], "steps": ["find": ["outputs": ["path": "/p"]]]])
        #expect(try action.input("version")?.defaultValue?.string(in: context) == "r")
        #expect(try action.outputs.first?.value?.string(in: context) == "/p")
        guard case .composite(let steps) = action.runs else { return #expect(Bool(false)) }
        #expect(steps.map(\.contextName) == ["find", "__actions_cache"])
    }

    @Test func readsAContainerAction() throws {
        let text = """
            name: Docker
            description: x
            inputs:
            outputs:
              out: { description: x }
            runs:
              using: docker
              image: docker://alpine
              args: [-v, '${{ inputs.a }}']
              env: { A: '${{ inputs.a }}' }
              entrypoint: /run.sh
              post-entrypoint: /clean.sh
              post-if: failure()
            """
        guard case .docker(let runs) = try ActionParser.parse(text, path: "action.yml").get().runs else {
            return #expect(Bool(false))
        }
        let context = EvaluationContext(["inputs": ["a": "b"]])
        #expect(try runs.args.map { try $0.string(in: context) } == ["-v", "b"])
        #expect(try runs.env?.evaluateStrings(in: context).first?.value == "b")
        #expect(runs.postCondition.effectiveText == "failure()")
    }

    @Test(arguments: [
        ("actions/checkout@v4", ActionReference.repository(owner: "actions", name: "checkout", path: "", ref: "v4")),
        ("a/b/c/d@refs/heads/x", .repository(owner: "a", name: "b", path: "c/d", ref: "refs/heads/x")),
        ("./x/y", .local(path: "./x/y")), ("$/x/y", .sameRepository(path: "x/y")),
        ("docker://alpine:3", .docker(image: "alpine:3")),
    ])
    func readsReferences(text: String, reference: ActionReference) { #expect(ActionReference(text) == reference) }

    @Test(arguments: [
        "", "a", "a/b", "a@v1", "a/b@", "a/b@c@d", "/b@c", "a//b@c", "a/../b@c", "docker://", "../x", "https://x/y@z",
    ])
    func refusesReferences(text: String) { #expect(ActionReference(text) == nil) }

    @Test(arguments: [
        ("./.github/workflows/x.yml", true), ("./.github/workflows/x.yaml", true), ("$/.github/workflows/x.yml", true),
        ("a/b/.github/workflows/x.yml@v1", true), ("./.github/workflows/x.yml@v1", false), ("./x.yml", false),
        ("./.github/workflows/sub/x.yml", false), ("a/b/.github/workflows/x.yml", false), ("a/b@v1", false),
        ("./.github/workflows/x.json", false),
    ])
    func readsWorkflowReferences(text: String, isValid: Bool) { #expect((WorkflowReference(text) != nil) == isValid) }
}
