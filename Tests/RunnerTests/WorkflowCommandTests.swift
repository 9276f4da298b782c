import Journal
import Testing

@testable import Runner

@Suite struct WorkflowCommandTests {
    private func parse(_ line: String) -> WorkflowCommand? {
        WorkflowCommand(line: line, isRegistered: { CommandProcessor.registered.contains($0) })
    }

    @Test(
        arguments: [
            ("::error::m", "error", [:], "m"),
            ("  ::ERROR::m", "error", [:], "m"),
            ("::error file=a.js,line=1::m", "error", ["file": "a.js", "line": "1"], "m"),
            ("::error  file=a.js , line=1::m", "error", ["file": "a.js ", " line": "1"], "m"),
            ("::warning FILE=a%2Cb%3A%25::50%25 of%0Ait", "warning", ["file": "a,b:%"], "50% of\nit"),
            ("::notice title=::m", "notice", [:], "m"),
            ("::debug::a::b", "debug", [:], "a::b"),
            ("::group::%250A", "group", [:], "%0A"),
            ("x ##[error]m", "error", [:], "m"),
            ("##[warning file=a;line=2]m%5D", "warning", ["file": "a", "line": "2"], "m]"),
        ] as [(String, String, [String: String], String)]
    )
    func understands(line: String, name: String, properties: [String: String], data: String) throws {
        let command = try #require(parse(line))
        #expect(command.name == name)
        #expect(command.properties == properties)
        #expect(command.data == data)
        #expect(Array(line.utf8).withUnsafeBufferPointer { WorkflowCommand.mayBePresent(in: $0) })
    }

    @Test(arguments: ["", "error::m", "::error", "::unknown::m", "x ::error::m", "::::m", "##[unknown]x", "##[error x"])
    func leavesAlone(line: String) {
        #expect(parse(line) == nil)
    }

    @Test func ordinaryLinesAreRecognisedWithoutParsing() {
        for line in ["compile a.swift", "   indented", "# heading", "## [x]", "", "a::b"] {
            #expect(!Array(line.utf8).withUnsafeBufferPointer { WorkflowCommand.mayBePresent(in: $0) })
        }
    }
}
