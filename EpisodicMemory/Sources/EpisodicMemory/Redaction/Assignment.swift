/// A value given to a name that says it is secret: `password=…`, `"apiKey": "…"`, `--token …`, `Authorization: …`.
enum Assignment {
    /// Whatever is assigned to these is secret. `_` and `-` in a name are looked past.
    private static let certain = endings("password", "passwd", "passphrase", "pwd", "privatekey", "clientsecret")
    /// These also name harmless things ("token: }"); their value must look random as well.
    private static let likely = endings(
        "token",
        "secret",
        "apikey",
        "accesskey",
        "secretkey",
        "authorization",
        "credential",
        "credentials",
        "cookie"
    )
    private static let longestName = 64

    enum Secrecy {
        case certain
        case likely
    }

    /// Whether a member of this name holds a secret.
    static func secrecy(ofName name: some BidirectionalCollection<UInt8>) -> Secrecy? {
        if certain.contains(where: { name.ends(with: $0) }) { return .certain }
        return likely.contains { name.ends(with: $0) } ? .likely : nil
    }

    private static func endings(_ names: String...) -> [[UInt8]] {
        names.map { Array($0.utf8.reversed()) }
    }

    /// At a `:` or `=`: the name before it and the value after it.
    static func find(at separator: Int, in bytes: UnsafeBufferPointer<UInt8>) -> Redactor.Finding? {
        var nameEnd = separator
        while nameEnd > 0, separator - nameEnd < 4,
            bytes[nameEnd - 1] == 0x20 || ByteClass.isQuote(bytes[nameEnd - 1])
                || bytes[nameEnd - 1] == UInt8(ascii: "\\")
        {
            nameEnd -= 1
        }
        var nameStart = nameEnd
        while nameStart > 0, nameEnd - nameStart < longestName, isName(bytes[nameStart - 1]) { nameStart -= 1 }
        guard nameEnd - nameStart >= 3, let secrecy = secrecy(ofName: bytes[nameStart..<nameEnd]) else { return nil }
        var start = separator + 1
        if start < bytes.count, bytes[start] == UInt8(ascii: ">") || bytes[start] == UInt8(ascii: "=") { start += 1 }
        return value(at: start, secrecy, in: bytes)
    }

    /// At the `-` that starts `--password value`.
    static func findOption(at start: Int, in bytes: UnsafeBufferPointer<UInt8>) -> Redactor.Finding? {
        let nameStart = start + 2
        guard nameStart < bytes.count, bytes[start + 1] == UInt8(ascii: "-") else { return nil }
        var nameEnd = nameStart
        while nameEnd < bytes.count, nameEnd - nameStart < longestName, isName(bytes[nameEnd]) { nameEnd += 1 }
        guard nameEnd < bytes.count, bytes[nameEnd] == 0x20,
            let secrecy = secrecy(ofName: bytes[nameStart..<nameEnd]),
            nameEnd + 1 < bytes.count, bytes[nameEnd + 1] != UInt8(ascii: "-")
        else { return nil }
        return value(at: nameEnd, secrecy, in: bytes)
    }

    private static func value(
        at position: Int,
        _ secrecy: Secrecy,
        in bytes: UnsafeBufferPointer<UInt8>
    ) -> Redactor.Finding? {
        var start = position
        while start < bytes.count, start - position < 4, bytes[start] == 0x20 || bytes[start] == UInt8(ascii: "\\") {
            start += 1
        }
        guard start < bytes.count else { return nil }
        for scheme in ["Bearer ", "Basic ", "Token "] where bytes[start...].starts(with: scheme.utf8) {
            start += scheme.utf8.count
        }
        let quote = start < bytes.count && ByteClass.isQuote(bytes[start]) ? bytes[start] : nil
        if quote != nil { start += 1 }
        var end = start
        while end < bytes.count, !ends(bytes[end], quote: quote) { end += 1 }
        // A quote inside JSON text is escaped.
        while quote != nil, end > start, bytes[end - 1] == UInt8(ascii: "\\") { end -= 1 }
        let value = bytes[start..<end]
        guard !value.isEmpty, !isPlaceholder(value), secrecy == .certain || looksRandom(value) else { return nil }
        return .init(range: start..<end, kind: .credential)
    }

    private static func isName(_ byte: UInt8) -> Bool {
        ByteClass.isAlphanumeric(byte) || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-")
    }

    private static func ends(_ byte: UInt8, quote: UInt8?) -> Bool {
        if let quote { return byte == quote || byte == 0x0A }
        return ByteClass.isSpace(byte) || ByteClass.isQuote(byte) || ",;&)}]<>\\".utf8.contains(byte)
    }

    /// References to secrets are no secrets, and what was redacted stays as it is.
    private static func isPlaceholder(_ value: Slice<UnsafeBufferPointer<UInt8>>) -> Bool {
        if let first = value.first, "$<%{*[".utf8.contains(first) { return true }
        return ["null", "nil", "none", "true", "false", "undefined"].contains(
            String(decoding: value.prefix(10), as: UTF8.self).lowercased()
        )
    }

    private static func looksRandom(_ value: Slice<UnsafeBufferPointer<UInt8>>) -> Bool {
        value.count >= 20 || (value.count >= 8 && value.contains(where: ByteClass.isDigit))
    }
}

extension BidirectionalCollection<UInt8> {
    /// Whether a name ends with the letters, which are given backwards and in lower case.
    fileprivate func ends(with ending: [UInt8]) -> Bool {
        var matched = 0
        for byte in reversed() where byte != UInt8(ascii: "_") && byte != UInt8(ascii: "-") {
            guard byte | 0x20 == ending[matched] else { return false }
            matched += 1
            if matched == ending.count { return true }
        }
        return false
    }
}
