/// An RPM package version: `[epoch:]version[-release]`, compared as `rpmvercmp` does.
struct RPMVersion: Sendable, Comparable {
    private let epoch: DigitString
    private let version: [UInt8]
    private let release: [UInt8]?

    init?(_ text: String) {
        var rest = Substring(text)
        if let colon = rest.firstIndex(of: ":") {
            guard let number = DigitString(rest[..<colon]) else { return nil }
            epoch = number
            rest = rest[rest.index(after: colon)...]
        } else {
            epoch = .zero
        }
        if let dash = rest.lastIndex(of: "-") {
            release = Array(rest[rest.index(after: dash)...].utf8)
            rest = rest[..<dash]
        } else {
            release = nil
        }
        guard !rest.isEmpty, !rest.contains(where: \.isWhitespace) else { return nil }
        version = Array(rest.utf8)
    }

    static func == (left: Self, right: Self) -> Bool { !(left < right) && !(right < left) }

    static func < (left: Self, right: Self) -> Bool {
        if left.epoch != right.epoch { return left.epoch < right.epoch }
        let version = compare(left.version, right.version)
        if version != 0 { return version < 0 }
        // A version without a release stands for all of its releases.
        guard let leftRelease = left.release, let rightRelease = right.release else { return false }
        return compare(leftRelease, rightRelease) < 0
    }

    /// Pieces of digits and of letters by turns; `~` is before the end, `^` after the end but before any piece.
    private static func compare(_ left: [UInt8], _ right: [UInt8]) -> Int {
        let tilde = UInt8(ascii: "~")
        let caret = UInt8(ascii: "^")
        func isPiece(_ byte: UInt8) -> Bool { byte.isDigit || byte.isLetter || byte == tilde || byte == caret }
        var left = left[...]
        var right = right[...]
        while true {
            left = left.drop { !isPiece($0) }
            right = right.drop { !isPiece($0) }
            if left.first == tilde || right.first == tilde {
                if left.first != tilde { return 1 }
                if right.first != tilde { return -1 }
                left = left.dropFirst()
                right = right.dropFirst()
                continue
            }
            if left.first == caret || right.first == caret {
                if left.isEmpty { return -1 }
                if right.isEmpty { return 1 }
                if left.first != caret { return 1 }
                if right.first != caret { return -1 }
                left = left.dropFirst()
                right = right.dropFirst()
                continue
            }
            guard let leftFirst = left.first, let rightFirst = right.first else {
                return left.isEmpty == right.isEmpty ? 0 : left.isEmpty ? -1 : 1
            }
            // Numbers are newer than letters.
            guard leftFirst.isDigit == rightFirst.isDigit else { return leftFirst.isDigit ? 1 : -1 }
            let matches: (UInt8) -> Bool = leftFirst.isDigit ? { $0.isDigit } : { $0.isLetter }
            let leftPiece = left.prefix(while: matches)
            let rightPiece = right.prefix(while: matches)
            if leftFirst.isDigit {
                let leftNumber = DigitString(leftPiece)
                let rightNumber = DigitString(rightPiece)
                if leftNumber != rightNumber { return leftNumber < rightNumber ? -1 : 1 }
            } else if !leftPiece.elementsEqual(rightPiece) {
                return leftPiece.lexicographicallyPrecedes(rightPiece) ? -1 : 1
            }
            left = left.dropFirst(leftPiece.count)
            right = right.dropFirst(rightPiece.count)
        }
    }
}
