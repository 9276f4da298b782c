/// Splits an expression into tokens, each checked against the one before it, as GitHub's runner does.
struct ExpressionLexer {
    private let bytes: [UInt8]
    private var index = 0
    private var last: ExpressionToken.Kind?
    /// The opening marks that wait for their partner.
    private(set) var open: [ExpressionToken.Kind] = []

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// The next token; nil at the end. A token that cannot stand here is `.unexpected`.
    mutating func next() -> ExpressionToken? {
        skipSpace(&index)
        guard index < bytes.count else { return nil }
        let token = checked(read())
        last = token.kind
        return token
    }

    private mutating func read() -> ExpressionToken {
        let byte = bytes[index]
        switch byte {
        case UInt8(ascii: "("): return single(last == .function ? .openCall : .openGroup)
        case UInt8(ascii: ")"): return single(open.last == .openCall ? .closeCall : .closeGroup)
        case UInt8(ascii: "["): return single(.openIndex)
        case UInt8(ascii: "]"): return single(.closeIndex)
        case UInt8(ascii: ","): return single(.comma)
        case UInt8(ascii: "*"): return single(.star)
        case UInt8(ascii: "'"): return readString()
        case UInt8(ascii: "!"), UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "="), UInt8(ascii: "&"),
            UInt8(ascii: "|"):
            return readOperator()
        case UInt8(ascii: "."):
            // `.5` where an operand may start, member access elsewhere.
            return ExpressionToken.mayStartOperand(after: last) ? readNumber() : single(.dot)
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "+"): return readNumber()
        default: return readWord()
        }
    }

    // MARK: - Reading

    private mutating func single(_ kind: ExpressionToken.Kind) -> ExpressionToken {
        defer { index += 1 }
        return ExpressionToken(kind: kind, range: index..<(index + 1))
    }

    private mutating func readOperator() -> ExpressionToken {
        let start = index
        for length in [2, 1] where start + length <= bytes.count {
            let text = String(decoding: bytes[start..<(start + length)], as: UTF8.self)
            if let operation = ExpressionToken.Operation(rawValue: text) {
                index = start + length
                return ExpressionToken(kind: .operation(operation), range: start..<index)
            }
        }
        index += 1
        skipToBoundary()
        return malformed(from: start)
    }

    private mutating func readNumber() -> ExpressionToken {
        let start = index
        repeat { index += 1 } while index < bytes.count && (!isBoundary(index) || bytes[index] == UInt8(ascii: "."))
        let number = NumberText.parse(String(decoding: bytes[start..<index], as: UTF8.self))
        if number.isNaN { return malformed(from: start) }
        return ExpressionToken(kind: .literal, range: start..<index, value: .number(number))
    }

    private mutating func readString() -> ExpressionToken {
        let start = index
        index += 1
        var text: [UInt8] = []
        while index < bytes.count {
            let byte = bytes[index]
            index += 1
            if byte == UInt8(ascii: "'") {
                guard index < bytes.count, bytes[index] == UInt8(ascii: "'") else {
                    let value = ExpressionValue.string(String(decoding: text, as: UTF8.self))
                    return ExpressionToken(kind: .literal, range: start..<index, value: value)
                }
                index += 1
            }
            text.append(byte)
        }
        return malformed(from: start)
    }

    private mutating func readWord() -> ExpressionToken {
        let start = index
        index += 1
        skipToBoundary()
        let word = bytes[start..<index]
        guard Self.isName(word) else { return malformed(from: start) }
        let range = start..<index
        if last == .dot { return ExpressionToken(kind: .property, range: range) }
        switch String(decoding: word, as: UTF8.self) {
        case "null": return ExpressionToken(kind: .literal, range: range, value: .null)
        case "true": return ExpressionToken(kind: .literal, range: range, value: .bool(true))
        case "false": return ExpressionToken(kind: .literal, range: range, value: .bool(false))
        case "NaN": return ExpressionToken(kind: .literal, range: range, value: .number(.nan))
        case "Infinity": return ExpressionToken(kind: .literal, range: range, value: .number(.infinity))
        default:
            var ahead = index
            skipSpace(&ahead)
            let isCall = ahead < bytes.count && bytes[ahead] == UInt8(ascii: "(")
            return ExpressionToken(kind: isCall ? .function : .context, range: range)
        }
    }

    private func malformed(from start: Int) -> ExpressionToken {
        ExpressionToken(kind: .unexpected, range: start..<index, isMalformed: true)
    }

    // MARK: - Checking

    /// The token, or an unexpected one where it cannot follow the last token or closes what is not open.
    private mutating func checked(_ token: ExpressionToken) -> ExpressionToken {
        let isLegal: Bool
        switch token.kind {
        case .openGroup, .literal, .function, .context, .operation(.not):
            isLegal = ExpressionToken.mayStartOperand(after: last)
        case .openCall: isLegal = last == .function
        case .openIndex, .dot: isLegal = ExpressionToken.mayBeIndexed(last)
        case .star: isLegal = last == .openIndex || last == .dot
        case .property: isLegal = last == .dot
        case .operation: isLegal = ExpressionToken.endsOperand(last)
        case .comma: isLegal = ExpressionToken.endsOperand(last) && open.last == .openCall
        case .closeGroup: isLegal = ExpressionToken.endsOperand(last) && open.last == .openGroup
        case .closeIndex: isLegal = ExpressionToken.endsOperand(last) && open.last == .openIndex
        case .closeCall: isLegal = ExpressionToken.endsOperand(last) || last == .openCall
        case .unexpected: return token
        }
        guard isLegal else { return ExpressionToken(kind: .unexpected, range: token.range) }
        switch token.kind {
        case .openGroup, .openCall, .openIndex: open.append(token.kind)
        case .closeGroup, .closeCall, .closeIndex: open.removeLast()
        default: break
        }
        return token
    }

    // MARK: - Characters

    private mutating func skipToBoundary() {
        while index < bytes.count, !isBoundary(index) { index += 1 }
    }

    private func skipSpace(_ position: inout Int) {
        while position < bytes.count {
            let length = spaceLength(at: position)
            if length == 0 { return }
            position += length
        }
    }

    private func isBoundary(_ position: Int) -> Bool {
        switch bytes[position] {
        case UInt8(ascii: "("), UInt8(ascii: ")"), UInt8(ascii: "["), UInt8(ascii: "]"), UInt8(ascii: ","),
            UInt8(ascii: "."), UInt8(ascii: "!"), UInt8(ascii: ">"), UInt8(ascii: "<"), UInt8(ascii: "="),
            UInt8(ascii: "&"), UInt8(ascii: "|"):
            true
        default: spaceLength(at: position) > 0
        }
    }

    /// How many bytes of white space start here: 1 for ASCII, 2 or 3 for Unicode's, 0 for none.
    private func spaceLength(at position: Int) -> Int {
        let byte = bytes[position]
        if byte < 0x80 { return byte == 0x20 || (0x09...0x0D).contains(byte) ? 1 : 0 }
        for length in 2...3 where position + length <= bytes.count {
            let text = String(decoding: bytes[position..<(position + length)], as: UTF8.self)
            let scalars = text.unicodeScalars
            if scalars.count == 1, scalars.first?.properties.isWhitespace == true { return length }
        }
        return 0
    }

    /// A letter or `_`, then letters, digits, `_` and `-`.
    static func isName(_ word: some Collection<UInt8>) -> Bool {
        guard let first = word.first, isLetter(first) else { return false }
        return word.allSatisfy {
            isLetter($0) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) || $0 == UInt8(ascii: "-")
        }
    }

    private static func isLetter(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20) || byte == UInt8(ascii: "_")
    }
}
