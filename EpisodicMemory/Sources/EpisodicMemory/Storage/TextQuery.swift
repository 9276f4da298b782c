/// What to ask the full-text index for: any of the words of a text. Nothing of the text reaches FTS5's query language.
struct TextQuery {
    /// Words beyond these add cost and little meaning.
    private static let maximumWords = 32

    let expression: String

    /// nil when the text has no word.
    init?(_ text: String) {
        var words: [String] = []
        var seen: Set<String> = []
        for word in text.lowercased().split(whereSeparator: { !$0.isLetter && !$0.isNumber }) {
            guard words.count < Self.maximumWords else { break }
            if seen.insert(String(word)).inserted { words.append("\"\(word)\"") }
        }
        guard !words.isEmpty else { return nil }
        self.expression = words.joined(separator: " OR ")
    }
}
