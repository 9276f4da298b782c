import Core
import Foundation
import Testing

@testable import Workflows

@Suite struct ShellScriptTests {
    private let text = """
        on: push
        defaults: { run: { shell: sh } }
        jobs:
          a:
            runs-on: x
            defaults: { run: { shell: 'bash --noprofile {0}' } }
            steps:
              - run: |
                  echo ${{ github.ref }} $x
                  cd ü && echo ${{ github.ref
                    }} $y
              - run: print(1)
                shell: python
              - uses: a/b@c
          b:
            runs-on: x
            steps:
              - run: echo $z
              - shell: bash
                run: "echo \\"${{ github.ref }}\\" $q"
        """

    private func scripts() throws -> [ShellScript] {
        try WorkflowParser.parse(text, path: "w.yml").get().shellScripts
    }

    @Test func readsTheShellOfEachStep() throws {
        #expect(try scripts().map(\.dialect) == [.bash, .sh, .bash])
    }

    @Test func hidesExpressionsWithoutMovingAnything() throws {
        let script = try #require(try scripts().first)
        #expect(
            script.text == """
                # shellcheck shell=bash
                set -e
                echo _________________ $x
                cd ü && echo ______________
                ____ $y

                """
        )
    }

    @Test func findsPlacesAgain() throws {
        let json = """
            {"comments":[
              {"file":"0","line":3,"column":24,"endLine":3,"endColumn":26,"level":"info","code":2086,"message":"Quote."},
              {"file":"0","line":4,"column":1,"endLine":4,"endColumn":2,"level":"warning","code":2164,"message":"Exit."},
              {"file":"0","line":5,"column":6,"endLine":5,"endColumn":8,"level":"error","code":1,"message":"y"},
              {"file":"2","line":3,"column":26,"endLine":3,"endColumn":28,"level":"style","code":2,"message":"q"},
              {"file":"?","line":1,"column":1,"endLine":1,"endColumn":1,"level":"style","code":2,"message":"q"}
            ]}
            """
        let scripts = try scripts()
        let named = Dictionary(uniqueKeysWithValues: scripts.indices.map { ("\($0)", scripts[$0]) })
        #expect(
            try ShellCheckReport.diagnostics(json, scripts: named).map(\.text) == [
                "w.yml:9:34: note: SC2086: Quote. [shellcheck]", "w.yml:10:11: warning: SC2164: Exit. [shellcheck]",
                "w.yml:11:16: error: SC1: y [shellcheck]", "w.yml:20:42: note: SC2: q [shellcheck]",
            ]
        )
        #expect(throws: SlipwayError.self) { try ShellCheckReport.diagnostics("nonsense", scripts: named) }
    }

    /// What the real tool says of an expression's stand-in.
    @Test(.enabled(if: ShellScriptTests.hasShellCheck, "shellcheck is not installed"))
    func agreesWithTheRealTool() throws {
        let script = try #require(try scripts().first)
        let file = FileManager.default.temporaryDirectory.appending(path: "slipway-\(UUID().uuidString).sh")
        try Data(script.text.utf8).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments =
            ["shellcheck", "--norc", "--format=json1"]
            + ["--exclude=\(ShellCheckReport.excludedCodes.joined(separator: ","))", file.path]
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        let output = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        let found = try ShellCheckReport.diagnostics(output, scripts: [file.path: script])
        #expect(found.map { "\($0.location.line):\($0.location.column)" } == ["9:34", "11:16"])
        #expect(found.allSatisfy { $0.message.hasPrefix("SC2086") })
    }

    static let hasShellCheck = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
        .contains { FileManager.default.isExecutableFile(atPath: "\($0)/shellcheck") }
}
