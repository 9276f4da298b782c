import Journal
import Testing

@testable import Runner

@Suite struct EnvironmentFileTests {
    @Test(
        arguments: [
            ("A=1\nB=two words\n", ["A": "1", "B": "two words"]),
            ("A=\n\nB==x", ["A": "", "B": "=x"]),
            ("A<<EOF\none\ntwo\nEOF\nB=2\n", ["A": "one\ntwo", "B": "2"]),
            ("A<<EOF\nEOF\n", ["A": ""]),
            ("A<<EOF\n\n\nEOF\n", ["A": "\n"]),
            ("A=x<<y\n", ["A": "x<<y"]),
            ("A<<E=F\nx\nE=F\n", ["A": "x"]),
            ("A<<EOF\n EOF\nEOF x\nEOF", ["A": " EOF\nEOF x"]),
            ("A=1\r\n", ["A": "1\r"]),
            ("A=1\nA=2\n", ["A": "2"]),
        ]
    )
    func readsPairs(text: String, expected: [String: String]) throws {
        let pairs = try EnvironmentFile.parse(text)
        #expect(Dictionary(pairs.map { ($0.name, $0.value) }, uniquingKeysWith: { $1 }) == expected)
    }

    @Test(
        arguments: [
            ("novalue", "Invalid format 'novalue'"),
            ("  \n", "Invalid format '  '"),
            ("=x", "Invalid format '=x'. Name must not be empty"),
            ("<<EOF\nEOF\n", "Invalid format '<<EOF'. Name must not be empty and delimiter must not be empty"),
            ("A<<\nx\n", "Invalid format 'A<<'. Name must not be empty and delimiter must not be empty"),
            ("A<<EOF\nx\n", "Invalid value. Matching delimiter not found 'EOF'"),
            ("A<<EOF\nx", "Invalid value. EOF marker missing new line."),
        ]
    )
    func refusesWhatTheRunnerRefuses(text: String, message: String) {
        #expect(throws: EnvironmentFile.Mistake(description: message)) { try EnvironmentFile.parse(text) }
    }

    @Test func aPathThatIsAddedAgainMovesToTheFront() {
        let first = PathFile.adding("/a\n/b\n\n", to: [])
        #expect(first == ["/b", "/a"])
        #expect(PathFile.adding("/a\n/c", to: first) == ["/c", "/a", "/b"])
    }
}
