import Foundation

/// Values assigned to names such as `password` or `apiKey`: here, and only here, randomness counts as a sign.
enum SecretAssignments {
    struct Hit {
        let line: Int
        let value: String
        let column: Int
    }

    private static let keywords = [
        "passw", "pwd", "secret", "token", "apikey", "api_key", "api-key", "accesskey", "access_key", "access-key",
        "privatekey", "private_key", "private-key", "auth_key", "authkey", "credential",
    ]

    /// Endings of names that hold something about a secret and not the secret.
    private static let harmlessEndings = [
        "name", "ref", "path", "file", "filename", "url", "uri", "type", "field", "id", "ids", "label", "header",
        "regex",
        "pattern", "prefix", "suffix", "env", "length", "kind", "hash", "digest", "checksum", "sha256", "endpoint",
        "count", "limit", "class", "policy", "provider", "scope", "format", "description", "hint", "message", "title",
        "text", "keyref", "store", "version", "algorithm", "mount", "volume", "folder", "command", "salt",
    ]

    /// All hits in a text, each in a line of its own. In configuration (`.env`, YAML) values may stand without quotes.
    static func find(in text: String, isConfiguration: Bool) -> [Hit] {
        let lower = Array(text.utf8).map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 }
        var lines: Set<Int> = []
        var starts: [Int]?
        for keyword in keywords {
            for place in ByteSearch.places(of: Array(keyword.utf8), in: lower) {
                let known = starts ?? LineIndex.starts(of: lower)
                starts = known
                lines.insert(LineIndex.line(of: place, in: known))
            }
        }
        guard let starts else { return [] }
        let bytes = Array(text.utf8)
        return lines.sorted().compactMap { line in
            let from = starts[line - 1]
            let end = line < starts.count ? starts[line] - 1 : bytes.count
            guard end - from <= 2000 else { return nil }
            return judge(String(decoding: bytes[from..<max(from, end)], as: UTF8.self), line, isConfiguration)
        }
    }

    private static func judge(_ line: String, _ number: Int, _ isConfiguration: Bool) -> Hit? {
        let quoted =
            /([A-Za-z0-9_.\-]+)["'\]]*(?:\s*:\s*[A-Za-z][A-Za-z0-9_.<>\[\]]*[?!]?)?\s*(?::=|=>|=|:)\s*[@bru]?(["'`])([^"'`\s]{8,200})\2/
        for match in line.matches(of: quoted) where isSecretName(match.1) && isSecret(String(match.3), name: match.1) {
            return Hit(line: number, value: String(match.3), column: column(of: match.3.startIndex, in: line))
        }
        guard isConfiguration,
            let match = line.wholeMatch(
                of: /\s*(?:export\s+|-\s+)?([A-Za-z0-9_.\-]+)\s*[=:]\s*([^\s"'#]{8,200})\s*(?:#.*)?/
            ),
            isSecretName(match.1), isSecret(String(match.2), name: match.1)
        else { return nil }
        return Hit(line: number, value: String(match.2), column: column(of: match.2.startIndex, in: line))
    }

    private static func column(of index: String.Index, in line: String) -> Int {
        line.unicodeScalars.distance(from: line.startIndex, to: index) + 1
    }

    private static func isSecretName(_ name: Substring) -> Bool {
        let lower = name.lowercased()
        guard keywords.contains(where: lower.contains) else { return false }
        // `secretName` and `token_url` both end so.
        let plain = lower.filter { $0.isLetter || $0.isNumber }
        return !harmlessEndings.contains(where: plain.hasSuffix)
            && !["public", "tokeniz", "cancellation", "placeholder"].contains(where: plain.contains)
    }

    /// Whether a value can be a secret: made by a machine, and nothing that only looks so.
    static func isSecret(_ value: String, name: Substring) -> Bool {
        let bytes = Array(value.utf8)
        guard bytes.allSatisfy({ (0x21...0x7E).contains($0) }) else { return false }
        if Randomness.isReference(value) || Randomness.namesAPlaceholder(value) || Randomness.isMadeUp(bytes) {
            return false
        }
        // Code, addresses, paths, types.
        if value.contains("://") || value.contains("(") || value.contains("=>") || value.contains("::") { return false }
        // A line of a user database has seven fields.
        if value.count(where: { $0 == ":" }) >= 3 { return false }
        if value.contains("{") || value.contains("<") || value.contains("*") { return false }
        if isWords(value) { return false }
        let isPassword = name.lowercased().contains("pass") || name.lowercased().contains("pwd")
        let kinds = [ByteSet.digits, .lowercase, .uppercase].count { set in bytes.contains(where: set.contains) }
        let hasSymbol = bytes.contains { !ByteSet.alphanumeric.contains($0) }
        if isPassword {
            return kinds + (hasSymbol ? 1 : 0) >= 3 && Randomness.entropy(bytes) >= 2.9
        }
        guard bytes.count >= 16, bytes.contains(where: ByteSet.digits.contains), kinds >= 2 else { return false }
        let isHex = bytes.allSatisfy { ByteSet.hex.contains($0 | 0x20) }
        return Randomness.entropy(bytes) >= (isHex ? 3.0 : 3.5)
    }

    /// `my-secret-name`, `com.example.thing`, `SOME_CONSTANT`, `camelCaseName`, `a/path/to.txt`: made of words.
    private static func isWords(_ value: String) -> Bool {
        let parts = value.split { "-_./:, ".contains($0) }
        guard !parts.isEmpty else { return true }
        let words = parts.count { part in
            let letters = part.count(where: \.isLetter)
            let digits = part.count - letters
            guard letters > 0 else { return part.count <= 4 }
            // A number may follow a word; capitals inside of one start a new one and are few.
            let humps = part.dropFirst().count(where: \.isUppercase)
            let isShouted = humps == letters - 1
            return digits <= 3 && part.reversed().drop { $0.isNumber }.allSatisfy(\.isLetter)
                && (isShouted || humps * 4 <= letters) && hasVowels(part)
        }
        return words == parts.count
    }

    /// Words have vowels; keys have them by chance only.
    private static func hasVowels(_ part: Substring) -> Bool {
        let vowels = part.lowercased().count { "aeiouy".contains($0) }
        return part.count < 5 || vowels * 5 >= part.count(where: \.isLetter)
    }
}

/// Where the lines of a text begin, and which line a place is in.
enum LineIndex {
    static func starts(of bytes: [UInt8]) -> [Int] {
        [0] + ByteSearch.places(of: [0x0A], in: bytes).map { $0 + 1 }
    }

    /// Counted from 1.
    static func line(of place: Int, in starts: [Int]) -> Int {
        var low = 0
        var high = starts.count
        while low < high {
            let middle = (low + high) / 2
            if starts[middle] <= place { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
