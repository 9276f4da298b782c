import Core
import Testing

@Suite struct YAMLTests {
    @Test(
        arguments: [
            ("yes", .string("yes")), ("on", .string("on")), ("true", .bool(true)), ("TRUE", .bool(true)),
            ("tRue", .string("tRue")), ("~", .null), ("", .null), ("0x1F", .int(31)), ("0o17", .int(15)),
            ("017", .int(17)), ("1e3", .double(1000)), (".5", .double(0.5)), ("1.", .double(1)), ("+12", .int(12)),
            ("1.2.3", .string("1.2.3")), ("-", .string("-")), (".inf", .double(.infinity)), ("12:30", .string("12:30")),
        ] as [(String, JSON)]
    )
    func resolvesScalarsByTheCoreSchema(text: String, expected: JSON) {
        #expect(YAMLScalar(text).value == expected)
    }

    @Test func knowsWhereEverythingIs() throws {
        let node = try #require(try YAMLParser.document("on: push\njobs:\n  build:\n    runs-on: x\n", file: "ci.yml"))
        #expect(node.mapping?.map(\.key) == ["on", "jobs"])
        let build = try #require(node["jobs"]?.mapping?.first)
        #expect(build.keyLocation == SourceLocation(file: "ci.yml", line: 3, column: 3))
        #expect(build.value["runs-on"]?.location == SourceLocation(file: "ci.yml", line: 4, column: 14))
    }

    @Test func resolvesAnchorsAndAliases() throws {
        let node = try #require(try YAMLParser.document("a: &x [1, 2]\nb: *x\n", file: "f"))
        #expect(node.json == ["a": [1, 2], "b": [1, 2]])
    }

    @Test func reportsSyntaxMistakesAndDuplicateKeysWithTheirPlace() {
        #expect(throws: DiagnosticsError.self) { try YAMLParser.document("a: [1\nb: 2", file: "f") }
        let error = #expect(throws: DiagnosticsError.self) { try YAMLParser.document("a: 1\na: 2\n", file: "f") }
        #expect(error?.diagnostics.first?.rule == "duplicate-key")
    }

    @Test func refusesAnAliasBomb() {
        var text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
        for level in 1...9 {
            let references = Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ", ")
            text += "a\(level): &a\(level) [\(references)]\n"
        }
        #expect(throws: DiagnosticsError.self) { try YAMLParser.document(text, file: "bomb") }
    }

    @Test func keepsSeveralDocumentsApart() throws {
        #expect(try YAMLParser.documents("a: 1\n---\nb: 2\n", file: "f").map(\.json) == [["a": 1], ["b": 2]])
    }
}
