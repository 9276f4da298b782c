import Foundation

/// Whether a text can be a secret at all: real ones are made by machines and look like it.
enum Randomness {
    /// Shannon's entropy in bits a character.
    static func entropy(_ bytes: some Collection<UInt8>) -> Double {
        guard !bytes.isEmpty else { return 0 }
        var counts = [Int](repeating: 0, count: 256)
        for byte in bytes { counts[Int(byte)] += 1 }
        let total = Double(bytes.count)
        return counts.reduce(0) { sum, count in
            guard count > 0 else { return sum }
            let share = Double(count) / total
            return sum - share * log2(share)
        }
    }

    /// `xxxxxxxx`, `0123456789abcdef`, `abcabcabc`: what people type where a secret would stand.
    static func isMadeUp(_ bytes: some Collection<UInt8>) -> Bool {
        let bytes = Array(bytes)
        guard bytes.count >= 4 else { return true }
        if Set(bytes).count <= max(3, min(bytes.count / 5, 7)) { return true }
        // Neighbours on the keyboard of ASCII: runs up, down or of the same character.
        let steps = zip(bytes, bytes.dropFirst()).count { abs(Int($0) - Int($1)) <= 1 }
        if steps * 10 >= (bytes.count - 1) * 5 { return true }
        // A short piece, repeated.
        for period in 1...min(12, bytes.count / 2) where period * 2 < bytes.count {
            if zip(bytes, bytes.dropFirst(period)).allSatisfy(==) { return true }
        }
        return false
    }

    private static let words = [
        "example", "sample", "placeholder", "changeme", "change-me", "change_me", "dummy", "redacted", "xxxx", "your-",
        "your_", "replace", "insert", "notreal", "not-real", "not-a-", "not_a_", "invalid", "todo", "fixme", "default",
        "hunter2", "letmein", "mypass", "secret", "password", "passwd", "token", "1234", "abcd", "test", "fake", "mock",
        "stub", "demo", "enter", "undefined", "foobar", "localhost", "admin", "qwert", "lorem",
    ]

    /// Whether a value says itself that it is none.
    static func namesAPlaceholder(_ value: String) -> Bool {
        let lower = value.lowercased()
        return words.contains(where: lower.contains)
    }

    /// Whether a value stands for another that is put in later: `${X}`, `{{ x }}`, `%s`, `<token>`, `\(x)`, `$(cmd)`.
    static func isReference(_ value: String) -> Bool {
        if value.hasPrefix("$") || value.hasPrefix("%") || value.hasPrefix("<") || value.hasPrefix("@") { return true }
        return ["${", "{{", "\\(", "#{", "$(", "%(", "<%", "..."].contains(where: value.contains)
    }
}
