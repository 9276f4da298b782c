import Foundation

/// Text as PostgreSQL's parser gets to see it: words with spaces between. By itself it would take `foo.bar` for a
/// host, and `/usr/lib` for a file, and find neither `foo` nor `lib`.
enum PostgresWords {
    /// Longer words are data, and too long for the index.
    private static let longestWord = 128
    /// Text beyond this does not fit the index's limit of 1 MiB for each episode.
    private static let capacity = 131_072

    static func normalized(_ texts: [String]) -> (text: String, count: Int) {
        var bytes: [UInt8] = []
        var count = 0
        for text in texts where bytes.count < capacity {
            let folded =
                text.utf8.allSatisfy { $0 < 0x80 } ? text : text.folding(options: .diacriticInsensitive, locale: nil)
            Words.forEach(in: folded) { word in
                guard word.count <= longestWord, bytes.count + word.count < capacity else { return }
                if !bytes.isEmpty { bytes.append(UInt8(ascii: " ")) }
                bytes += word
                count += 1
            }
        }
        // U+0000 is no word, so none is left.
        return (String(decoding: bytes, as: UTF8.self), count)
    }

    /// What can be searched of an episode, what it was about first.
    static func normalized(_ episode: Episode) -> (text: String, count: Int) {
        normalized(
            [episode.goal, episode.errorClass] + episode.tags + episode.toolChain + [episode.resolution]
                + episode.actionsTaken + [episode.errorTrace]
        )
    }

    /// The words of a question that say something; all of them when none does. At most 32.
    static func asked(_ text: String) -> [String] {
        let words = normalized([text]).text.split(separator: " ").map(String.init)
        let meaningful = words.filter { !Words.isFiller(Array($0.utf8)) }
        var seen: Set<String> = []
        return Array((meaningful.isEmpty ? words : meaningful).filter { seen.insert($0).inserted }.prefix(32))
    }
}
