import Core
import Foundation
import Testing

@Suite struct JSONTests {
    @Test(arguments: [
        #"{"a":[1,2.5,true,null,"x\ny"],"b":{"c":-3}}"#, "0", "[]", "{}", #""é\"\\""#, "9223372036854775807",
    ])
    func writesWhatItRead(text: String) throws {
        #expect(try JSON(parsing: text).text() == text)
    }

    @Test func keepsIntegersApartFromNumbersWithFractions() throws {
        #expect(try JSON(parsing: "3") == .int(3))
        #expect(try JSON(parsing: "3.25") == .double(3.25))
        #expect(try JSON(parsing: "true") == .bool(true))
        #expect(try JSON(parsing: "1") != .bool(true))
    }

    @Test func equalityIgnoresKeyOrder() throws {
        #expect(try JSON(parsing: #"{"a":1,"b":2}"#) == JSON(parsing: #"{"b":2,"a":1}"#))
    }

    @Test func refusesWhatIsNoJSON() {
        #expect(throws: SlipwayError.self) { try JSON(parsing: "{a:1}") }
    }

    @Test func changesDeepInsideAndRemovesWithoutLeavingEmptyObjects() {
        var value: JSON = ["spec": ["replicas": 2]]
        value[path: "spec", "template", "name"] = "x"
        #expect(value == ["spec": ["replicas": 2, "template": ["name": "x"]]])
        value[path: "spec", "missing", "name"] = nil
        value["spec"]?["replicas"] = 3
        #expect(value == ["spec": ["replicas": 3, "template": ["name": "x"]]])
        value["absent"]?["x"] = 1
        #expect(value["absent"] == nil)
    }

    @Test func escapesControlCharacters() {
        #expect(JSON.string("a\u{1}\t\r").text() == #""a\u0001\t\r""#)
    }
}
