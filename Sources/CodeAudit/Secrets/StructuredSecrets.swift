import Core
import Foundation

/// Secrets that are known by what they are made of: keys, signed tokens, addresses with a password.
enum StructuredSecrets {
    struct Hit {
        let rule: AuditRule
        let range: Range<Int>
        let confidence: AuditRule.Confidence
    }

    static func find(in bytes: [UInt8]) -> [Hit] {
        privateKeys(bytes) + encodedKeys(bytes) + webTokens(bytes) + addresses(bytes) + headers(bytes)
    }

    /// PEM blocks whose content is a key; the words alone, or dots between them, are none.
    private static func privateKeys(_ bytes: [UInt8]) -> [Hit] {
        let opening = Array("-----BEGIN ".utf8)
        return ByteSearch.places(of: opening, in: bytes).compactMap { start in
            let rest = bytes[(start + opening.count)...]
            let label = String(decoding: rest.prefix(40).prefix { $0 != UInt8(ascii: "-") }, as: UTF8.self)
            guard label.hasSuffix("PRIVATE KEY") || label == "PGP PRIVATE KEY BLOCK" else { return nil }
            let from = start + opening.count + label.utf8.count + 5
            let closing = ByteSearch.places(of: Array("-----END".utf8), in: Array(bytes[from...].prefix(20_000)))
            guard from < bytes.count, let length = closing.first else { return nil }
            let body = String(decoding: bytes[from..<from + length], as: UTF8.self)
            let isEncrypted = label.hasPrefix("ENCRYPTED") || body.contains("Proc-Type: 4,ENCRYPTED")
            guard isKey(body) else { return nil }
            return Hit(
                rule: SecretRules.privateKey,
                range: start..<from + length,
                confidence: isEncrypted ? .medium : .high
            )
        }
    }

    /// Whether the text between the lines of a PEM block decodes to a key. In source code the lines may be quoted.
    private static func isKey(_ text: String) -> Bool {
        let lines = text.replacing("\\n", with: "\n").split(whereSeparator: \.isNewline)
        let payload = lines.filter { !$0.contains(":") }.joined()
            .filter { $0.isASCII && ($0.isLetter || $0.isNumber || "+/=".contains($0)) }
        // OpenPGP puts a checksum of four characters behind an equals sign at the end.
        let body = payload.count > 60 ? payload.replacing(/=[A-Za-z0-9+\/]{4}$/, with: "") : payload
        guard let key = Base64.decode(Array(body.utf8)), key.count >= 40, !Randomness.isMadeUp(key) else {
            return false
        }
        return key[0] == 0x30 || key.starts(with: "openssh-key-v1".utf8) || key[0] & 0x80 != 0
    }

    /// PEM in base64, as Kubernetes configurations hold it.
    private static func encodedKeys(_ bytes: [UInt8]) -> [Hit] {
        ByteSearch.places(of: Array("LS0tLS1CRUdJTi".utf8), in: bytes).compactMap { start in
            let end = bytes[start...].firstIndex { !ByteSet.base64.contains($0) } ?? bytes.count
            guard end - start >= 100, let pem = Base64.decode(bytes[start..<end]) else { return nil }
            guard !privateKeys(pem).isEmpty else { return nil }
            return Hit(rule: SecretRules.privateKey, range: start..<end, confidence: .high)
        }
    }

    /// Three parts, of which the first two are JSON objects, the first with an algorithm that signs.
    private static func webTokens(_ bytes: [UInt8]) -> [Hit] {
        let characters = ByteSet.base64URL.union(ByteSet("."))
        return ByteSearch.places(of: Array("eyJ".utf8), in: bytes).compactMap { start in
            if start > 0, characters.contains(bytes[start - 1]) { return nil }
            let end =
                bytes[start...].prefix(8192).firstIndex { !characters.contains($0) } ?? min(bytes.count, start + 8192)
            let parts = bytes[start..<end].split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
            guard parts.count == 3, parts[2].count >= 20, !Randomness.isMadeUp(parts[2]) else { return nil }
            guard let header = object(parts[0]), let algorithm = header["alg"]?.string,
                algorithm.lowercased() != "none",
                let claims = object(parts[1])
            else { return nil }
            // The token that every text book shows.
            if claims["sub"]?.string == "1234567890" || claims["name"]?.string == "John Doe" { return nil }
            return Hit(rule: SecretRules.jwt, range: start..<end, confidence: .high)
        }
    }

    private static func object(_ part: ArraySlice<UInt8>) -> JSON? {
        guard let bytes = Base64.decode(part), let json = try? JSON(parsing: Data(bytes)), json.object != nil else {
            return nil
        }
        return json
    }

    /// `scheme://user:password@host`.
    private static func addresses(_ bytes: [UInt8]) -> [Hit] {
        let ends = ByteSet(" \t\r\n\"'`<>/?#,;|)]}")
        return ByteSearch.places(of: Array("://".utf8), in: bytes).compactMap { separator in
            guard separator > 0, ByteSet.alphanumeric.contains(bytes[separator - 1]) else { return nil }
            let from = separator + 3
            let authority = bytes[from...].prefix(300).prefix { !ends.contains($0) }
            guard let at = authority.lastIndex(of: UInt8(ascii: "@")),
                let colon = authority[..<at].firstIndex(of: UInt8(ascii: ":"))
            else { return nil }
            let user = String(decoding: authority[..<colon], as: UTF8.self)
            let word = String(decoding: authority[(colon + 1)..<at], as: UTF8.self)
            let host = String(decoding: authority[(at + 1)...].prefix { $0 != UInt8(ascii: ":") }, as: UTF8.self)
            guard word.utf8.count >= 5, word != user, !host.isEmpty, !Randomness.isReference(word),
                !Randomness.isReference(user), !isPlain(word), !Randomness.namesAPlaceholder(word),
                !word.hasPrefix("{"), !word.hasPrefix("["), !host.contains("example"), !host.hasSuffix(".test")
            else { return nil }
            let isLocal = host == "localhost" || host.hasPrefix("127.") || !host.contains(".")
            return Hit(
                rule: SecretRules.urlCredentials,
                range: (colon + 1)..<at,
                confidence: isLocal ? .low : .medium
            )
        }
    }

    /// What anybody would write there: `pass`, `user`, `xxxxx`.
    private static func isPlain(_ word: String) -> Bool {
        word.allSatisfy { $0.isLetter && $0.isLowercase } && word.count < 9
            || word.allSatisfy { $0.isUppercase || $0 == "_" } || Randomness.isMadeUp(Array(word.utf8))
    }

    /// `Authorization: Basic …` whose value is a name and a password.
    private static func headers(_ bytes: [UInt8]) -> [Hit] {
        ByteSearch.places(of: Array("Basic ".utf8), in: bytes).compactMap { start in
            let from = start + 6
            let value = bytes[from...].prefix(300).prefix { ByteSet.base64.contains($0) || $0 == UInt8(ascii: "=") }
            guard value.count >= 12, let plain = Base64.decode(value),
                let text = String(validating: plain, as: UTF8.self)
            else { return nil }
            let parts = text.split(separator: ":", maxSplits: 1)
            guard parts.count == 2, parts[1].count >= 6, text.allSatisfy({ $0.isASCII && !$0.isNewline }) else {
                return nil
            }
            let word = String(parts[1])
            guard !Randomness.namesAPlaceholder(word), !isPlain(word), word != parts[0] else { return nil }
            return Hit(rule: SecretRules.authorization, range: from..<from + value.count, confidence: .medium)
        }
    }
}
