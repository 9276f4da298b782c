/// A Debian package version: `[epoch:]upstream[-revision]` (Debian policy 5.6.12, `deb-version(7)`).
struct DpkgVersion: Sendable, Comparable {
    private let epoch: DigitString
    private let upstream: [UInt8]
    private let revision: [UInt8]

    /// nil for a text that is no version: an epoch that is no number, an empty part, blanks.
    init?(_ text: String) {
        var rest = Substring(text)
        guard !rest.isEmpty, !rest.contains(where: \.isWhitespace) else { return nil }
        if let colon = rest.firstIndex(of: ":") {
            guard let number = DigitString(rest[..<colon]) else { return nil }
            epoch = number
            rest = rest[rest.index(after: colon)...]
        } else {
            epoch = .zero
        }
        if let dash = rest.lastIndex(of: "-") {
            revision = Array(rest[rest.index(after: dash)...].utf8)
            guard !revision.isEmpty else { return nil }
            rest = rest[..<dash]
        } else {
            revision = []
        }
        guard !rest.isEmpty else { return nil }
        upstream = Array(rest.utf8)
    }

    static func == (left: Self, right: Self) -> Bool { !(left < right) && !(right < left) }

    static func < (left: Self, right: Self) -> Bool {
        if left.epoch != right.epoch { return left.epoch < right.epoch }
        let upstream = compare(left.upstream, right.upstream)
        return upstream != 0 ? upstream < 0 : compare(left.revision, right.revision) < 0
    }

    /// Text and numbers by turns: text by characters, where `~` is before the end, the end before letters, and letters
    /// before all others; numbers by value.
    private static func compare(_ left: [UInt8], _ right: [UInt8]) -> Int {
        var left = left[...]
        var right = right[...]
        while !left.isEmpty || !right.isEmpty {
            while left.first.map({ !$0.isDigit }) ?? false || right.first.map({ !$0.isDigit }) ?? false {
                let difference = weight(left.first) - weight(right.first)
                if difference != 0 { return difference }
                left = left.dropFirst()
                right = right.dropFirst()
            }
            let leftNumber = DigitString(left.prefix(while: \.isDigit))
            let rightNumber = DigitString(right.prefix(while: \.isDigit))
            if leftNumber != rightNumber { return leftNumber < rightNumber ? -1 : 1 }
            left = left.drop(while: \.isDigit)
            right = right.drop(while: \.isDigit)
        }
        return 0
    }

    /// A digit counts as the end of the text before it.
    private static func weight(_ byte: UInt8?) -> Int {
        guard let byte, !byte.isDigit else { return 0 }
        if byte == UInt8(ascii: "~") { return -1 }
        return byte.isLetter ? Int(byte) : Int(byte) + 256
    }
}
