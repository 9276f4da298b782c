import Core
import Testing

@Suite struct SuggestionTests {
    @Test(arguments: [("neds", "needs"), ("run-on", "runs-on"), ("tiemout-minutes", "timeout-minutes")])
    func findsTheNearestKey(word: String, expected: String) {
        #expect(Suggestion.nearest(to: word, in: ["needs", "runs-on", "timeout-minutes", "steps", "if"]) == expected)
    }

    @Test func saysWhatIsAllowedWhereNothingIsNear() {
        #expect(Suggestion.help(for: "banana", in: ["needs", "if"]) == "Allowed here: if, needs.")
    }
}
