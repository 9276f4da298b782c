import SwiftSyntax

/// Connections that others can read or forge.
enum TransportRules {
    static let all = [tlsVerificationOff, oldTLS, plainHTTP, weakCipherSuites]

    static let tlsVerificationOff = SwiftRule(
        AuditRule(
            "tls-verification-off",
            "A TLS connection to anybody",
            .critical,
            .high,
            cwe: 295,
            fix: "Verify the certificate; add a private authority to the trust roots.",
            bad: """
                var tls = TLSConfiguration.makeClientConfiguration()
                tls.certificateVerification = .none
                """,
            good: """
                var tls = TLSConfiguration.makeClientConfiguration()
                tls.certificateVerification = .fullVerification
                """
        )
    ) { fact, _ in
        switch fact {
        case .binding(let binding) where binding.name == "certificateVerification":
            let value = binding.value.plainText
            if value.hasSuffix(".none") { return SwiftRule.Verdict("certificates are not verified") }
            guard value.hasSuffix(".noHostnameVerification") else { return nil }
            return SwiftRule.Verdict("the host's name is not verified", .medium)
        case .call(let call):
            let accepts = call.name == "succeed" && call.first?.plainText.hasSuffix(".certificateVerified") == true
            if accepts { return SwiftRule.Verdict("a callback accepts certificates", .medium) }
            guard call.callee.hasSuffix("URLCredential"), call["trust"] != nil else { return nil }
            return SwiftRule.Verdict("any server's certificate is trusted", .medium)
        case .binding(let binding) where ["arguments", "args", "argv", "command"].contains(binding.name):
            guard let array = binding.value.as(ArrayExprSyntax.self) else { return nil }
            let words = array.elements.compactMap(\.expression.literalText)
            guard words.contains("--insecure") || words.contains("--no-check-certificate") else { return nil }
            return SwiftRule.Verdict("the program is told not to verify certificates")
        default: return nil
        }
    }

    static let oldTLS = SwiftRule(
        AuditRule(
            "old-tls",
            "A version of TLS that is broken",
            .high,
            .high,
            cwe: 326,
            fix: "Ask for TLS 1.2 or later.",
            bad: """
                tls.minimumTLSVersion = .tlsv1
                """,
            good: """
                tls.minimumTLSVersion = .tlsv12
                """
        )
    ) { fact, _ in
        let names = ["minimumTLSVersion", "tlsMinimumSupportedProtocolVersion", "tlsMinimumSupportedProtocol"]
        guard case .binding(let binding) = fact, names.contains(binding.name) else { return nil }
        let value = binding.value.plainText.lowercased()
        guard [".tlsv1", ".tlsv10", ".tlsv11", ".sslv3", ".tlsprotocol1", ".tlsprotocol11"].contains(value) else {
            return nil
        }
        return SwiftRule.Verdict("\(value) is allowed")
    }

    static let plainHTTP = SwiftRule(
        AuditRule(
            "plain-http-url",
            "An address without encryption",
            .medium,
            .medium,
            cwe: 319,
            fix: "Use https.",
            bad: """
                let address = "http://api.payments.com/v1/charge"
                """,
            good: """
                let address = "https://api.payments.com/v1/charge"
                """
        )
    ) { fact, _ in
        guard case .text(let text, let node) = fact, text.lowercased().hasPrefix("http://") else { return nil }
        // Names of XML and RDF vocabularies are addresses that nobody fetches; so are the ones in attributes' texts.
        let host = text.dropFirst(7).prefix { !"/:?# ".contains($0) }.lowercased()
        guard !host.isEmpty, host.contains("."), !isInternal(host), node.segments.count == 1 || !host.hasSuffix(".")
        else {
            return nil
        }
        return SwiftRule.Verdict("http://\(host) is read and changed by anybody on the way")
    }

    private static func isInternal(_ host: String) -> Bool {
        let suffixes = [".local", ".localhost", ".internal", ".svc", ".cluster.local", ".test", ".example", ".invalid"]
        let known = [
            "www.w3.org", "schemas.", "purl.org", "xmlns.", "json-schema.org", "www.apple.com", "ns.adobe.com",
        ]
        return host.hasPrefix("127.") || host == "0.0.0.0" || host.hasPrefix("10.") || host.hasPrefix("192.168.")
            || host.hasPrefix("169.254.") || suffixes.contains(where: host.hasSuffix)
            || known.contains(where: host.hasPrefix)
            || ["example.com", "example.org", "example.net"].contains { host == $0 || host.hasSuffix(".\($0)") }
    }

    static let weakCipherSuites = SwiftRule(
        AuditRule(
            "weak-cipher-suites",
            "TLS cipher suites that are broken",
            .high,
            .high,
            cwe: 327,
            fix: "Leave the suites at the library's default.",
            bad: """
                tls.cipherSuites = "RC4-SHA:DES-CBC3-SHA"
                """,
            good: """
                tls.cipherSuites = "ECDHE-ECDSA-AES128-GCM-SHA256"
                """
        )
    ) { fact, _ in
        guard case .binding(let binding) = fact,
            ["cipherSuites", "cipherSuiteValues", "ciphers"].contains(binding.name)
        else { return nil }
        let value = binding.value.plainText.uppercased()
        let weak = ["RC4", "DES-CBC", "3DES", "NULL", "EXPORT", "MD5", "ANULL", "_ANON_"].filter(value.contains)
        // `!RC4` leaves it out.
        guard let first = weak.first(where: { !value.contains("!\($0)") && !value.contains("-\($0):") }) else {
            return nil
        }
        return SwiftRule.Verdict("\(first) is among the suites")
    }
}
