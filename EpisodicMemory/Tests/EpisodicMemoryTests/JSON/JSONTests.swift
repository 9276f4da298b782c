import EpisodicMemory
import Testing

@Suite struct JSONTests {
    @Test(
        arguments: [
            ("null", JSONValue.null), (" true ", .bool(true)), ("-0", .integer(0)), ("12", .integer(12)),
            ("1.5", .number(1.5)), ("-2e3", .number(-2000)), ("1E-2", .number(0.01)), ("\"a\"", .string("a")),
            (#""\u00e9\n\"\\\/""#, .string("é\n\"\\/")), (#""\ud83d\ude00""#, .string("😀")), ("[]", .array([])),
            ("[1, [2]]", [1, [2]]), ("{}", .object([])), (#"{"a":{"b":[null]}}"#, ["a": ["b": [.null]]]),
            ("9223372036854775807", .integer(.max)), ("9223372036854775808", .number(9_223_372_036_854_775_808)),
            ("0.1", .number(0.1)), ("3.141592653589793238462643", .number(.pi)), ("1e-400", .number(0)),
        ] as [(String, JSONValue)]
    )
    func validDocumentsAreRead(text: String, value: JSONValue) throws {
        #expect(try JSONParser.parse(text) == value)
    }

    @Test(arguments: [
        "", " ", "tru", "nul", "01", "1.", ".5", "+1", "1e", "-", "1e999", "[1,]", "[1 2]", "{\"a\":1,}", "{a:1}",
        "{\"a\" 1}", "\"a", "\"\t\"", #""\x""#, #""\u12g4""#, #""\ud83d""#, #""\ude00""#, "1 2", "[", "{\"a\":",
        #"{"a":1,"a":2}"#,
    ])
    func invalidDocumentsAreRefused(text: String) {
        #expect(throws: JSONParseError.self) { try JSONParser.parse(text) }
    }

    @Test func anErrorNamesTheByte() {
        let error = #expect(throws: JSONParseError.self) { try JSONParser.parse(#"{"a": x}"#) }
        #expect(error?.offset == 6)
    }

    @Test func invalidUTF8IsRefused() {
        #expect(throws: JSONParseError.self) {
            try ([0x22, 0xFF, 0x22] as [UInt8]).withUnsafeBufferPointer { bytes throws(JSONParseError) in
                try JSONParser.parse(bytes)
            }
        }
    }

    @Test func nestingIsLimited() throws {
        func nested(_ depth: Int) -> String {
            String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
        }
        _ = try JSONParser.parse(nested(JSONParser.defaultMaximumDepth))
        #expect(throws: JSONParseError.self) { try JSONParser.parse(nested(JSONParser.defaultMaximumDepth + 1)) }
        #expect(throws: JSONParseError.self) { try JSONParser.parse(String(repeating: "[", count: 1_000_000)) }
    }

    @Test func repeatedNamesAreFoundInLargeObjectsToo() {
        let members = (0..<100).map { "\"m\($0)\":0" } + ["\"m3\":1"]
        #expect(throws: JSONParseError.self) { try JSONParser.parse("{\(members.joined(separator: ","))}") }
    }

    @Test(arguments: [
        #"{"a":[1,2.5,"x\n\u0001\"",true,null,{}],"é":-3}"#, "[]", #""\\""#,
    ])
    func whatIsWrittenReadsTheSame(text: String) throws {
        let value = try JSONParser.parse(text)
        #expect(try JSONParser.parse(value.text) == value)
        #expect(value.text == text)
    }
}
