/// A Python package version (PEP 440): epoch, release, pre-, post- and development release, local version.
struct PythonVersion: Sendable, Hashable, Comparable {
    /// Orders the parts of one release: `1.0.dev1 < 1.0a1 < 1.0 < 1.0.post1`.
    private enum Phase: Sendable, Hashable, Comparable {
        case first
        case part(String, DigitString)
        case last

        private var rank: Int {
            switch self {
            case .first: 0
            case .part: 1
            case .last: 2
            }
        }

        static func < (left: Self, right: Self) -> Bool {
            if case .part(let leftName, let leftNumber) = left, case .part(let rightName, let rightNumber) = right {
                return (leftName, leftNumber) < (rightName, rightNumber)
            }
            return left.rank < right.rank
        }
    }

    /// Texts come before numbers here, the other way round than in semantic versions.
    private enum LocalPart: Sendable, Hashable, Comparable {
        case text(String)
        case number(DigitString)

        static func < (left: Self, right: Self) -> Bool {
            switch (left, right) {
            case (.number(let left), .number(let right)): left < right
            case (.text(let left), .text(let right)): left < right
            case (.text, .number): true
            case (.number, .text): false
            }
        }
    }

    private let epoch: DigitString
    private let release: [DigitString]
    private let pre: Phase
    private let post: Phase
    private let dev: Phase
    private let local: [LocalPart]

    init?(_ text: String) {
        var parser = PythonVersionParser(text)
        guard let parts = parser.parse() else { return nil }
        epoch = parts.epoch
        // 1.0 and 1.0.0 are the same version.
        var release = parts.release
        while release.count > 1, release.last?.isZero == true { release.removeLast() }
        self.release = release
        if let (name, number) = parts.pre {
            pre = .part(name, number)
        } else {
            // A development release without anything else comes before every pre-release.
            pre = parts.post == nil && parts.dev != nil ? .first : .last
        }
        post = parts.post.map { .part("", $0) } ?? .first
        dev = parts.dev.map { .part("", $0) } ?? .last
        local = parts.local.map { part in DigitString(part).map(LocalPart.number) ?? .text(part) }
    }

    static func < (left: Self, right: Self) -> Bool {
        if left.epoch != right.epoch { return left.epoch < right.epoch }
        if left.release != right.release { return left.release.lexicographicallyPrecedes(right.release) }
        if left.pre != right.pre { return left.pre < right.pre }
        if left.post != right.post { return left.post < right.post }
        if left.dev != right.dev { return left.dev < right.dev }
        return left.local.lexicographicallyPrecedes(right.local)
    }
}

/// Reads the forms that PEP 440 allows, with all their spellings (appendix B of the specification).
struct PythonVersionParser {
    struct Parts {
        var epoch = DigitString.zero
        var release: [DigitString] = []
        var pre: (String, DigitString)?
        var post: DigitString?
        var dev: DigitString?
        var local: [String] = []
    }

    private var rest: ArraySlice<UInt8>

    init(_ text: String) {
        let blanks: Set<Character> = [" ", "\t", "\n", "\r", "\u{0B}", "\u{0C}"]
        let trimmed = text.drop { blanks.contains($0) }.reversed().drop { blanks.contains($0) }.reversed()
        rest = Array(String(trimmed).lowercased().utf8)[...]
    }

    mutating func parse() -> Parts? {
        var parts = Parts()
        if rest.first == UInt8(ascii: "v") { rest = rest.dropFirst() }
        guard let first = number() else { return nil }
        if rest.first == UInt8(ascii: "!") {
            rest = rest.dropFirst()
            parts.epoch = first
            guard let major = number() else { return nil }
            parts.release = [major]
        } else {
            parts.release = [first]
        }
        while rest.first == UInt8(ascii: "."), rest.dropFirst().first?.isDigit == true {
            rest = rest.dropFirst()
            if let next = number() { parts.release.append(next) }
        }
        parts.pre = labelled([
            ("alpha", "a"), ("beta", "b"), ("preview", "rc"), ("pre", "rc"), ("rc", "rc"), ("c", "rc"), ("a", "a"),
            ("b", "b"),
        ])
        if rest.first == UInt8(ascii: "-"), rest.dropFirst().first?.isDigit == true {
            rest = rest.dropFirst()
            parts.post = number()
        } else {
            parts.post = labelled([("post", ""), ("rev", ""), ("r", "")])?.1
        }
        parts.dev = labelled([("dev", "")])?.1
        if rest.first == UInt8(ascii: "+") {
            rest = rest.dropFirst()
            let separators = Array("-_.".utf8)
            let pieces = rest.split(omittingEmptySubsequences: false) { separators.contains($0) }
            guard pieces.allSatisfy({ !$0.isEmpty && $0.allSatisfy { $0.isDigit || $0.isLetter } }) else { return nil }
            parts.local = pieces.map { String(decoding: $0, as: UTF8.self) }
            rest = []
        }
        return rest.isEmpty ? parts : nil
    }

    private mutating func number() -> DigitString? {
        let digits = rest.prefix(while: \.isDigit)
        guard !digits.isEmpty else { return nil }
        rest = rest.dropFirst(digits.count)
        return DigitString(digits)
    }

    /// `[separator]label[separator][number]`; nothing is taken where no label fits.
    private mutating func labelled(_ labels: [(spelling: String, name: String)]) -> (String, DigitString)? {
        let afterSeparator = dropSeparator(rest)
        for label in labels where afterSeparator.starts(with: label.spelling.utf8) {
            rest = afterSeparator.dropFirst(label.spelling.utf8.count)
            // The specification's pattern takes a separator even where no number follows: `1.0rc.` is a version.
            rest = dropSeparator(rest)
            return (label.name, number() ?? .zero)
        }
        return nil
    }

    private func dropSeparator(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        guard let first = bytes.first, Array("-_.".utf8).contains(first) else { return bytes }
        return bytes.dropFirst()
    }
}
