import Core
import Foundation

/// The secret by which clients of a local cluster are known.
enum ClusterToken {
    /// Reads the token of a folder; makes one of 256 random bits where there is none.
    ///
    /// - Throws: `SlipwayError` when it cannot be written.
    static func load(from directory: ClusterDirectory) throws(SlipwayError) -> Secret {
        let stored = try? String(contentsOf: directory.token, encoding: .utf8)
        if let text = stored?.trimmingCharacters(in: .whitespacesAndNewlines), text.utf8.count >= 32 {
            return Secret(text)
        }
        var generator = SystemRandomNumberGenerator()
        let words = (0..<4).map { _ in generator.next() }
        let text = words.map { word in
            let digits = String(word, radix: 16)
            return String(repeating: "0", count: 16 - digits.count) + digits
        }.joined()
        try PrivateFile.write("\(text)\n", to: directory.token)
        return Secret(text)
    }
}
