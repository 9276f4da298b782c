/// Splits text into words the way both the embedder and the text query see them.
enum Words {
    /// Gives each word in lower case, as UTF-8.
    static func forEach(in text: String, _ body: ([UInt8]) -> Void) {
        var text = text.utf8.allSatisfy { $0 < 0x80 } ? text : text.lowercased()
        text.withUTF8 { bytes in
            var word: [UInt8] = []
            for byte in bytes {
                if ByteClass.isAlphanumeric(byte) || byte >= 0x80 {
                    word.append(ByteClass.isLetter(byte) ? byte | 0x20 : byte)
                } else if !word.isEmpty {
                    body(word)
                    word.removeAll(keepingCapacity: true)
                }
            }
            if !word.isEmpty { body(word) }
        }
    }

    /// The word without the commonest English endings, where enough of it is left: `deploys`, `deployed` and
    /// `deploying` are one word.
    static func stem(_ word: [UInt8]) -> ArraySlice<UInt8> {
        for ending in endings where word.count >= ending.count + 4 && word.suffix(ending.count).elementsEqual(ending) {
            let stem = word.dropLast(ending.count)
            // "process" is no plural.
            return ending == plural && stem.last == plural.first ? word[...] : stem
        }
        return word[...]
    }

    private static let plural = Array("s".utf8)
    private static let endings = [Array("ing".utf8), Array("ed".utf8), plural]

    /// Words that join others and say nothing by themselves.
    static func isFiller(_ word: [UInt8]) -> Bool {
        word.count <= 5 && fillers.contains(word)
    }

    private static let fillers: Set<[UInt8]> = Set(
        """
        a an and are as at be been but by can could did do does for from had has have he her his how i if in into is \
        it its me my no not of on or our she so that the their them then there these they this to up us was we were \
        what when where which who will with would you your
        """.split(separator: " ").map { Array($0.utf8) }
    )
}
