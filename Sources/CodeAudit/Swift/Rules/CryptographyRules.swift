import SwiftSyntax

/// Broken algorithms, and good ones used wrongly.
enum CryptographyRules {
    static let all = [
        weakHash, weakCipher, weakRandom, predictableToken, fixedNonce, weakKey, fastPasswordHash, unverifiedToken,
        timingComparison,
    ]

    static let weakHash = SwiftRule(
        AuditRule(
            "weak-hash",
            "A hash that can be forged",
            .medium,
            .high,
            cwe: 328,
            fix: "Use SHA256 or better.",
            bad: """
                let digest = Insecure.MD5.hash(data: body)
                """,
            good: """
                let digest = SHA256.hash(data: body)
                """
        )
    ) { fact, _ in
        guard case .mention(let text, _) = fact else { return nil }
        let first = text.prefix { $0 != "(" }
        for name in ["Insecure.MD5", "Insecure.SHA1"] where first == name || first.hasPrefix("\(name).") {
            return SwiftRule.Verdict("\(name) can be forged")
        }
        guard ["CC_MD5", "CC_SHA1", "CC_MD4", "MD5_Init", "SHA1_Init", "EVP_md5", "EVP_sha1"].contains(String(first))
        else {
            return nil
        }
        return SwiftRule.Verdict("\(first) can be forged")
    }

    static let weakCipher = SwiftRule(
        AuditRule(
            "weak-cipher",
            "A cipher or mode that is broken",
            .high,
            .high,
            cwe: 327,
            fix: "Use AES.GCM or ChaChaPoly.",
            bad: """
                let status = CCCrypt(operation, CCAlgorithm(kCCAlgorithmDES), options, key, 8, nil, data, count, out, size, &n)
                """,
            good: """
                let box = try AES.GCM.seal(data, using: key)
                """
        )
    ) { fact, _ in
        guard case .mention(let text, _) = fact else { return nil }
        let weak: Set<String> = [
            "kCCAlgorithmDES", "kCCAlgorithm3DES", "kCCAlgorithmRC4", "kCCAlgorithmRC2", "kCCAlgorithmBlowfish",
            "kCCAlgorithmCAST", "kCCOptionECBMode", "EVP_des_cbc", "EVP_des_ede3_cbc", "EVP_rc4", "EVP_aes_128_ecb",
            "EVP_aes_256_ecb", "Blowfish", "Rabbit",
        ]
        let isMode = text.hasPrefix("ECB()") || text == "ECB" || text.hasSuffix("BlockMode.ecb")
        guard weak.contains(text) || isMode else { return nil }
        return SwiftRule.Verdict("\(text) is broken")
    }

    static let weakRandom = SwiftRule(
        AuditRule(
            "weak-random",
            "Random numbers that can be guessed",
            .medium,
            .high,
            cwe: 338,
            fix: "Use SystemRandomNumberGenerator (`UInt64.random(in:)`), or SymmetricKey for keys.",
            bad: """
                let code = rand() % 1_000_000
                """,
            good: """
                let code = Int.random(in: 0..<1_000_000)
                """
        )
    ) { fact, _ in
        guard case .call(let call) = fact else { return nil }
        let weak: Set<String> = [
            "rand", "random", "srand", "srandom", "drand48", "lrand48", "mrand48", "srand48", "rand_r", "Glibc.rand",
            "GKMersenneTwisterRandomSource", "GKARC4RandomSource", "GKLinearCongruentialRandomSource",
        ]
        guard weak.contains(call.callee), call.arguments.count <= 1 else { return nil }
        return SwiftRule.Verdict("\(call.callee) can be guessed")
    }

    static let predictableToken = SwiftRule(
        AuditRule(
            "predictable-token",
            "A secret made of what others know",
            .high,
            .medium,
            cwe: 340,
            fix: "Make it of 16 or more random bytes.",
            bad: #"""
                let sessionToken = "\(Date().timeIntervalSince1970)"
                """#,
            good: """
                let sessionToken = SymmetricKey(size: .bits256).withUnsafeBytes { Data($0).base64EncodedString() }
                """
        )
    ) { fact, _ in
        guard case .binding(let binding) = fact, CredentialNames.isSecret(binding.name) || isNonce(binding.name) else {
            return nil
        }
        let text = binding.value.plainText
        let weak = [
            "timeIntervalSince1970", "Date()", "Date.now", ".hashValue", "processIdentifier", "getpid()", "rand()",
        ]
        // An expiry is a date; a name that says so is about time.
        let isTime = ["expir", "issued", "date", "time", "age", "count"].contains(
            where: binding.name.lowercased().contains
        )
        guard !isTime, let source = weak.first(where: text.contains), !text.contains("random") else { return nil }
        return SwiftRule.Verdict("\(binding.name) is made of \(source)")
    }

    private static func isNonce(_ name: String) -> Bool {
        let lower = name.lowercased()
        return lower.hasSuffix("nonce") || lower.hasSuffix("salt") || lower.hasSuffix("sessionid")
    }

    static let fixedNonce = SwiftRule(
        AuditRule(
            "fixed-nonce",
            "A nonce or salt that is always the same",
            .high,
            .high,
            cwe: 329,
            fix: "Let the library choose it, and keep it beside the result.",
            bad: """
                let box = try AES.GCM.seal(data, using: key, nonce: AES.GCM.Nonce(data: Data("000000000000".utf8)))
                """,
            good: """
                let box = try AES.GCM.seal(data, using: key)
                """
        )
    ) { fact, _ in
        switch fact {
        case .call(let call):
            guard call.callee.hasSuffix("Nonce"), let data = call["data"], data.isConstant else { return nil }
            return SwiftRule.Verdict("the nonce is written out")
        case .binding(let binding) where binding.kind == .argument:
            guard ["salt", "iv", "nonce"].contains(binding.name), binding.value.isConstant,
                !binding.value.is(IntegerLiteralExprSyntax.self), !binding.value.is(BooleanLiteralExprSyntax.self)
            else { return nil }
            return SwiftRule.Verdict("the \(binding.name) is written out")
        default: return nil
        }
    }

    static let weakKey = SwiftRule(
        AuditRule(
            "weak-key-size",
            "A key that is too short",
            .high,
            .high,
            cwe: 326,
            fix: "Use RSA with 2048 bits or more, or an elliptic curve.",
            bad: """
                let key = try _RSA.Signing.PrivateKey(unsafeKeySize: .init(bitCount: 1024))
                """,
            good: """
                let key = try _RSA.Signing.PrivateKey(keySize: .bits3072)
                """
        )
    ) { fact, _ in
        guard case .call(let call) = fact else { return nil }
        let size = call["bitCount"] ?? call["keySizeInBits"] ?? call["bits"]
        guard let number = size?.as(IntegerLiteralExprSyntax.self)?.literal.text.replacing("_", with: ""),
            let bits = Int(number), (257..<2048).contains(bits)
        else { return nil }
        let isRSA = call.node.parents(6).contains { $0.plainText.contains("RSA") }
        guard isRSA || call["keySizeInBits"] != nil else { return nil }
        return SwiftRule.Verdict("\(bits) bits are too few")
    }

    static let fastPasswordHash = SwiftRule(
        AuditRule(
            "fast-password-hash",
            "A password hash that can be tried a billion times a second",
            .high,
            .medium,
            cwe: 916,
            fix: "Use scrypt, Argon2, bcrypt, or PBKDF2 with 600,000 rounds.",
            bad: """
                let stored = SHA256.hash(data: Data(password.utf8))
                """,
            good: """
                let stored = try Bcrypt.hash(password, cost: 12)
                """
        )
    ) { fact, _ in
        guard case .call(let call) = fact else { return nil }
        if ["SHA256.hash", "SHA384.hash", "SHA512.hash"].contains(call.callee), let data = call["data"] {
            let text = data.plainText.lowercased()
            guard text.contains("password") || text.contains("passphrase") || text.contains("pincode") else {
                return nil
            }
            return SwiftRule.Verdict("a password is hashed once")
        }
        guard call.callee.contains("PBKDF2"), let rounds = call["rounds"] ?? call["iterations"],
            let number = rounds.as(IntegerLiteralExprSyntax.self)?.literal.text.replacing("_", with: ""),
            let count = Int(number), count < 100_000
        else { return nil }
        return SwiftRule.Verdict("\(count) rounds are too few", .high)
    }

    static let unverifiedToken = SwiftRule(
        AuditRule(
            "unverified-token",
            "A token whose signature nobody checks",
            .high,
            .medium,
            cwe: 347,
            fix: "Verify the token with its key before reading it.",
            bad: """
                let claims = try keys.unverified(token, as: Claims.self)
                """,
            good: """
                let claims = try await keys.verify(token, as: Claims.self)
                """
        )
    ) { fact, _ in
        guard case .call(let call) = fact else { return nil }
        if (call.name == "unverified" && call["as"] != nil) || call.name == "unsecuredNone"
            || call.name == "addUnsecuredNone"
        {
            return SwiftRule.Verdict("the signature is not checked")
        }
        guard call.callee.hasSuffix("signers.use"), call.first?.plainText.hasPrefix(".none") == true else { return nil }
        return SwiftRule.Verdict("tokens without a signature are taken")
    }

    static let timingComparison = SwiftRule(
        AuditRule(
            "timing-comparison",
            "A secret compared at a speed that tells how much was right",
            .medium,
            .medium,
            cwe: 208,
            fix: "Compare digests in constant time: `HMAC.isValidAuthenticationCode`, or `Digest ==`.",
            bad: """
                func check(_ signature: String, _ expectedSignature: String) -> Bool { signature == expectedSignature }
                """,
            good: """
                func check(_ code: Data) -> Bool { HMAC<SHA256>.isValidAuthenticationCode(code, authenticating: body, using: key) }
                """
        )
    ) { fact, _ in
        guard case .comparison(let left, let right) = fact else { return nil }
        let names = [left, right].compactMap(\.lastName).map { $0.lowercased() }
        guard !left.is(NilLiteralExprSyntax.self), !right.is(NilLiteralExprSyntax.self), !left.isConstant,
            !right.isConstant
        else { return nil }
        let words = [
            "hmac", "signature", "apikey", "password", "passphrase", "accesstoken", "csrftoken", "bearertoken",
        ]
        guard let name = names.first(where: { name in words.contains(where: name.hasSuffix) }) else { return nil }
        return SwiftRule.Verdict("\(name) is compared with ==")
    }
}

extension SyntaxProtocol {
    /// The nodes around this one, nearest first.
    func parents(_ limit: Int) -> [Syntax] {
        var found: [Syntax] = []
        var current = parent
        while let node = current, found.count < limit {
            found.append(node)
            current = node.parent
        }
        return found
    }
}
