/// Takes e-mail addresses and credentials out of text before it is stored or logged.
///
/// It reads each text once. What it looks for: e-mail addresses; tokens with a known prefix (`KnownToken`); values
/// assigned to a name that says it is secret (`Assignment`); user and password in a URL; private key blocks.
/// It would rather take out a harmless word after `password=` than leave a real one.
package enum Redactor {
    enum Kind: String {
        case email
        case credential
        case privateKey = "private-key"

        var replacement: String { "[redacted:\(rawValue)]" }
    }

    struct Finding {
        let range: Range<Int>
        let kind: Kind
    }

    /// The text without them, each replaced by a word that names its kind.
    package static func redact(_ text: String) -> String {
        var text = text
        let redacted = text.withUTF8 { bytes -> [UInt8]? in
            let findings = findings(in: bytes)
            return findings.isEmpty ? nil : replace(findings, in: bytes)
        }
        return redacted.map { String(decoding: $0, as: UTF8.self) } ?? text
    }

    private static func findings(in bytes: UnsafeBufferPointer<UInt8>) -> [Finding] {
        var findings: [Finding] = []
        var index = 0
        var isInWord = false
        while index < bytes.count {
            let byte = bytes[index]
            let isWord = ByteClass.isWord(byte)
            var finding: Finding?
            switch byte {
            case UInt8(ascii: "@"): finding = EmailAddress.find(at: index, in: bytes)
            case UInt8(ascii: ":"):
                finding = URLCredentials.find(at: index, in: bytes) ?? Assignment.find(at: index, in: bytes)
            case UInt8(ascii: "="): finding = Assignment.find(at: index, in: bytes)
            case UInt8(ascii: "-"):
                finding =
                    PrivateKeyBlock.find(at: index, in: bytes)
                    ?? (isInWord ? nil : Assignment.findOption(at: index, in: bytes))
            default:
                if isWord, !isInWord { finding = KnownToken.find(at: index, in: bytes) }
            }
            if let finding {
                findings.append(finding)
                index = max(index + 1, finding.range.upperBound)
                isInWord = false
            } else {
                index += 1
                isInWord = isWord
            }
        }
        return findings
    }

    private static func replace(_ findings: [Finding], in bytes: UnsafeBufferPointer<UInt8>) -> [UInt8] {
        var output: [UInt8] = []
        output.reserveCapacity(bytes.count)
        var copied = 0
        for finding in findings {
            // An e-mail address reaches back; what is before it may be gone already.
            let start = max(finding.range.lowerBound, copied)
            guard finding.range.upperBound > start else { continue }
            output.append(contentsOf: bytes[copied..<start])
            output.append(contentsOf: finding.kind.replacement.utf8)
            copied = finding.range.upperBound
        }
        output.append(contentsOf: bytes[copied...])
        return output
    }
}

/// Kinds of characters, as the finders see them. Bytes of other scripts are letters.
enum ByteClass {
    static func isWord(_ byte: UInt8) -> Bool {
        isAlphanumeric(byte) || byte == UInt8(ascii: "_") || byte >= 0x80
    }

    static func isAlphanumeric(_ byte: UInt8) -> Bool {
        isDigit(byte) || isLetter(byte)
    }

    static func isLetter(_ byte: UInt8) -> Bool {
        (byte | 0x20) &- UInt8(ascii: "a") < 26
    }

    static func isDigit(_ byte: UInt8) -> Bool {
        byte &- UInt8(ascii: "0") < 10
    }

    static func isSpace(_ byte: UInt8) -> Bool {
        byte == 0x20 || (0x09...0x0D).contains(byte)
    }

    static func isQuote(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") || byte == UInt8(ascii: "`")
    }
}
