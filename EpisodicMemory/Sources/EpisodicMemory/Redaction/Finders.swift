/// `local@domain.tld`
enum EmailAddress {
    /// RFC 5321 allows 64 characters before the `@`.
    private static let maximumLocalPart = 64

    static func find(at sign: Int, in bytes: UnsafeBufferPointer<UInt8>) -> Redactor.Finding? {
        var start = sign
        while start > 0, sign - start < maximumLocalPart, isLocal(bytes[start - 1]) { start -= 1 }
        var end = sign + 1
        var lastDot: Int?
        while end < bytes.count, end - sign <= 255, isDomain(bytes[end]) {
            if bytes[end] == UInt8(ascii: ".") { lastDot = end }
            end += 1
        }
        // A sentence may end after the address.
        while end > sign + 1, !ByteClass.isAlphanumeric(bytes[end - 1]) {
            end -= 1
            if let dot = lastDot, dot >= end {
                lastDot = bytes[(sign + 1)..<end].lastIndex(of: UInt8(ascii: "."))
            }
        }
        guard start < sign, let lastDot, lastDot > sign + 1, end - lastDot > 2,
            bytes[(lastDot + 1)..<end].allSatisfy(ByteClass.isLetter),
            // The user of every git remote over SSH is no person.
            !bytes[start..<sign].elementsEqual("git".utf8)
        else { return nil }
        return .init(range: start..<end, kind: .email)
    }

    private static func isLocal(_ byte: UInt8) -> Bool {
        ByteClass.isWord(byte) || ".%+-".utf8.contains(byte)
    }

    private static func isDomain(_ byte: UInt8) -> Bool {
        ByteClass.isAlphanumeric(byte) || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "-")
    }
}

/// `scheme://user:password@host`
enum URLCredentials {
    static func find(at colon: Int, in bytes: UnsafeBufferPointer<UInt8>) -> Redactor.Finding? {
        let start = colon + 3
        guard start < bytes.count, bytes[colon + 1] == UInt8(ascii: "/"), bytes[colon + 2] == UInt8(ascii: "/") else {
            return nil
        }
        var hasPassword = false
        var end = start
        while end < bytes.count, end - start < 512 {
            let byte = bytes[end]
            if byte == UInt8(ascii: "@") {
                return hasPassword ? .init(range: start..<end, kind: .credential) : nil
            }
            if byte == UInt8(ascii: "/") || ByteClass.isSpace(byte) || ByteClass.isQuote(byte) { return nil }
            if byte == UInt8(ascii: ":") { hasPassword = true }
            end += 1
        }
        return nil
    }
}

/// PEM: from `-----BEGIN … PRIVATE KEY-----` to the matching end, or to the end of a text that was cut off.
enum PrivateKeyBlock {
    private static let begin = Array("-----BEGIN ".utf8)
    private static let end = Array("-----END ".utf8)
    private static let label = Array("PRIVATE KEY".utf8)
    private static let dashes = Array("-----".utf8)

    static func find(at start: Int, in bytes: UnsafeBufferPointer<UInt8>) -> Redactor.Finding? {
        guard bytes[start...].starts(with: begin) else { return nil }
        let header = bytes[start...].prefix(80)
        guard let label = header.firstRange(of: label) else { return nil }
        guard let footer = bytes[label.upperBound...].firstRange(of: end),
            let close = bytes[footer.upperBound...].firstRange(of: dashes)
        else { return .init(range: start..<bytes.count, kind: .privateKey) }
        return .init(range: start..<close.upperBound, kind: .privateKey)
    }
}
