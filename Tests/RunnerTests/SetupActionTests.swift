import Foundation
import Journal
import Testing

@testable import Runner

@Suite struct ToolVersionTests {
    @Test(arguments: [
        ("20", "20.11.1", true), ("20", "2.0.0", false), ("20.x", "20.1.0", true), ("3.1", "3.10.2", false),
        ("^18.2", "18.3.0", true), ("^18.2", "18.1.9", false), ("^18.2", "19.0.0", false), ("^0.2.1", "0.3.0", false),
        ("~1.2.3", "1.2.9", true), ("~1.2.3", "1.3.0", false), ("~=3.9", "3.12.1", true), ("~=3.9", "4.0", false),
        (">=3.8 <3.12", "3.11.7", true), (">=3.8,<3.12", "3.12.0", false), (">= 3.8", "3.8.0", true),
        ("16 || 20", "20.0.0", true), ("16 || 20", "18.0.0", false), ("*", "1.2", true), ("v20.1.0", "20.1.0", true),
        ("3.13", "3.13rc1", false), ("3.13rc1", "3.13rc1", true), ("!=3.9", "3.9.2", false), ("<=3.9", "3.9.2", true),
        (">3.9", "3.9.2", false), ("", "9", true),
    ])
    func rangesHold(_ range: String, _ version: String, _ expected: Bool) throws {
        let range = try #require(ToolVersionRange(range))
        #expect(range.contains(try #require(ToolVersion(version))) == expected)
    }

    @Test(arguments: ["pypy3.9", "lts/iron", "graalpy", "three"])
    func whatIsNoRangeIsNone(_ text: String) { #expect(ToolVersionRange(text) == nil) }
}

/// `setup-*` with tools made for the test.
@Suite struct SetupActionTests {
    /// Runs steps where two versions of the tools are in the tool cache.
    private func run(_ steps: String) async throws -> (conclusion: RunRecord.Conclusion?, output: String) {
        var result: (RunRecord.Conclusion?, String) = (nil, "")
        try await TestProject.with([".nvmrc": "v18\n", "go.mod": "module x\n\ngo 1.21\n"]) { project in
            let tools = TestProject(root: project.state.url.appending(path: "tools"))
            func script(_ text: String) -> String {
                "#!/bin/sh\ncase \"$*\" in *GOPATH*) echo /gopath ;; *) echo '\(text)' ;; esac\n"
            }
            try tools.write([
                "node/18.1.0/x64/bin/node": script("v18.1.0"), "node/98.2.0/x64/bin/node": script("v98.2.0"),
                "Python/3.99.1/x64/bin/python3": script("3.99.1"),
                "go/1.21.3/x64/bin/go": script("go version go1.21.3 linux/amd64"),
                "swift/99.1/x64/bin/swift": script("Swift version 99.1 (swift-99.1-RELEASE)"),
            ])
            for case let name as String in FileManager.default.enumerator(atPath: tools.root.path) ?? .init() {
                chmod(tools.root.appending(path: name).path, 0o755)
            }
            let run = try await project.run(StepTests.job("- uses: actions/checkout@v4\n" + steps))
            result = (run.record.conclusion, try run.output())
        }
        return result
    }

    @Test(arguments: [
        (
            "- id: s\n  uses: actions/setup-node@v4\n  with: {node-version: 98.x}\n- run: node --version; echo ${{ steps.s.outputs.node-version }}",
            "v98.2.0\nv98.2.0\n"
        ),
        ("- uses: actions/setup-node@v4\n  with: {node-version-file: .nvmrc}\n- run: node --version", "v18.1.0\n"),
        (
            "- id: s\n  uses: actions/setup-python@v5\n  with: {python-version: '3.99'}\n- run: python --version; python3; echo $pythonLocation | grep -c 3.99.1",
            "3.99.1\n3.99.1\n1\n"
        ),
        (
            "- id: s\n  uses: actions/setup-go@v5\n  with: {go-version-file: go.mod}\n- run: go version; echo ${{ steps.s.outputs.go-version }} ${PATH%%:*}",
            "go version go1.21.3 linux/amd64\n1.21.3 /gopath/bin\n"
        ),
        (
            "- uses: swift-actions/setup-swift@v2\n  with: {swift-version: '99'}\n- run: swift --version",
            "Swift version 99.1 (swift-99.1-RELEASE)\n"
        ),
        (
            "- uses: actions/setup-node@v4\n  with: {node-version: 98, registry-url: 'https://npm.example/x', scope: Acme}\n- run: cat $NPM_CONFIG_USERCONFIG; echo $NODE_AUTH_TOKEN",
            "//npm.example/x/:_authToken=${NODE_AUTH_TOKEN}\n@acme:registry=https://npm.example/x/\nXXXXX-XXXXX-XXXXX-XXXXX\n"
        ),
    ])
    func setsUpWhatIsThere(_ steps: String, _ expected: String) async throws {
        let run = try await run(steps)
        #expect(run.output.hasSuffix(expected), "\(run.output)")
    }

    @Test(arguments: [
        ("- uses: actions/setup-node@v4\n  with: {node-version: 77}", "version 77 is not on this machine (it has"),
        ("- uses: actions/setup-node@v4\n  with: {node-version: 98, architecture: arm7}", "architecture arm7"),
        ("- uses: actions/setup-python@v5\n  with: {python-version: pypy3.9}", "pypy3.9"),
        (
            "- uses: actions/setup-python@v5\n  with: {python-version: '3.99', freethreaded: true}",
            "The input freethreaded is not supported"
        ),
        ("- uses: actions/setup-java@v4\n  with: {java-version: 17}", "distribution"),
        ("- uses: actions/setup-node@v4\n  with: {node-version-file: nowhere}", "does not exist"),
    ])
    func refusesClearly(_ steps: String, _ reason: String) async throws {
        let run = try await run(steps)
        #expect(run.conclusion == .failure)
        #expect(run.output.contains(reason), "\(run.output)")
    }
}
