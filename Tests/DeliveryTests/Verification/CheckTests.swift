import Core
import Foundation
import Testing

@testable import Delivery

struct CheckTests {
    private func judge(_ status: Int, _ body: String, took: TimeInterval = 0.01, _ change: (inout HTTPCheck) -> Void)
        -> (Bool, String)
    {
        var check = HTTPCheck(path: "/health")
        change(&check)
        return CheckRunner.judge(ProxyAnswer(status: status, body: Data(body.utf8)), took: took, by: check)
    }

    @Test func answersAreJudgedByAllThatIsAsked() throws {
        let path = try #require(JSONPath("$.db.state"))
        #expect(judge(200, "ok") { _ in } == (true, "200 in 10 ms"))
        #expect(judge(503, "draining\nmore") { _ in } == (false, "answered 503 instead of 200: draining"))
        #expect(judge(204, "") { $0.statuses = [200, 204] } == (true, "204 in 10 ms"))
        #expect(judge(200, "fine") { $0.contains = "ok" } == (false, "answered 200 without \"ok\": fine"))
        #expect(
            judge(200, "{\"db\":{\"state\":\"closed\"}}") { $0.json = [JSONExpectation(path: path, value: "open")] }
                == (false, "$.db.state is \"closed\" instead of \"open\"")
        )
        #expect(
            judge(200, "{}") { $0.json = [JSONExpectation(path: path, value: "open")] }
                == (false, "$.db.state is missing instead of \"open\"")
        )
        #expect(
            judge(200, "<p>") { $0.json = [JSONExpectation(path: path, value: "open")] }
                == (false, "answered 200 with something that is not JSON: <p>")
        )
        #expect(judge(200, "", took: 1.5) { $0.within = 1 } == (false, "answered 200 in 1500 ms, slower than 1000 ms"))
    }

    @Test(arguments: [
        ("$", "{\"a\":[1,{\"b c\":2}]}"), ("$.a[0]", "1"), ("$.a[1]['b c']", "2"), ("$['a'][-1][\"b c\"]", "2"),
    ])
    func pathsFindTheirPlace(_ path: String, _ expected: String) throws {
        let document = try JSON(parsing: "{\"a\":[1,{\"b c\":2}]}")
        let parsed = try #require(JSONPath(path))
        #expect(parsed.value(in: document)?.text() == expected)
    }

    @Test(arguments: ["", "a", "$.", "$a", "$.a[", "$.a[x]", "$['a", "$.a..b", "$.*[*]x"])
    func otherTextsAreNoPaths(_ text: String) {
        // `*` is an ordinary name here: RFC 9535's wildcards are not singular.
        #expect(JSONPath(text) == nil || text.contains("*") && JSONPath(text)?.value(in: [:]) == nil)
    }
}
