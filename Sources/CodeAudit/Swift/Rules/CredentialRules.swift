import SwiftSyntax

/// Names that hold secrets.
enum CredentialNames {
    private static let words = [
        "password", "passwd", "passphrase", "secret", "apikey", "accesskey", "secretkey", "privatekey", "accesstoken",
        "authtoken", "bearertoken", "refreshtoken", "sessiontoken", "clientsecret", "credential", "credentials",
        "signingkey", "encryptionkey", "hmackey",
    ]

    /// By the end of the name: `dbPassword` holds one, `passwordField` does not.
    static func isSecret(_ name: String) -> Bool {
        let lower = name.lowercased().filter { $0.isLetter }
        return words.contains(where: lower.hasSuffix)
    }
}

/// Secrets written into the code or out of it.
enum CredentialRules {
    static let all = [hardcodedCredential, hardcodedKey, secretInLog, secretInAddress]

    static let hardcodedCredential = SwiftRule(
        AuditRule(
            "hardcoded-credential",
            "A password or key written into the code",
            .high,
            .medium,
            cwe: 798,
            fix: "Read it from the environment or a secret store.",
            // In two pieces, or the audit of this repository finds it.
            bad: "let databasePassword = \"kT9#" + "vLq2xW\"",
            good: """
                let databasePassword = ProcessInfo.processInfo.environment["DATABASE_PASSWORD"]
                """
        )
    ) { fact, _ in
        guard case .binding(let binding) = fact, CredentialNames.isSecret(binding.name),
            let text = binding.value.literalText, text.utf8.count >= 6
        else { return nil }
        guard SecretAssignments.isSecret(text, name: "password") else { return nil }
        return SwiftRule.Verdict("\(binding.name) is written out")
    }

    static let hardcodedKey = SwiftRule(
        AuditRule(
            "hardcoded-key",
            "A cryptographic key written into the code",
            .critical,
            .high,
            cwe: 321,
            fix: "Load the key from a secret store.",
            bad: """
                let key = SymmetricKey(data: Data("0f1e2d3c4b5a69788796a5b4c3d2e1f0".utf8))
                """,
            good: """
                let key = SymmetricKey(data: try secrets.load("signing-key"))
                """
        )
    ) { fact, _ in
        guard case .call(let call) = fact else { return nil }
        if call.callee == "SymmetricKey", let data = call["data"], data.isConstant {
            return SwiftRule.Verdict("the key is written out")
        }
        guard call.name == "PrivateKey",
            let material = call["rawRepresentation"] ?? call["derRepresentation"] ?? call["x963Representation"],
            material.isConstant
        else { return nil }
        return SwiftRule.Verdict("the private key is written out")
    }

    private static let logCalls: Set<String> = [
        "trace", "debug", "info", "notice", "warning", "error", "critical", "fault", "log", "print", "debugPrint",
        "NSLog",
        "os_log", "dump", "fputs",
    ]

    static let secretInLog = SwiftRule(
        AuditRule(
            "secret-in-log",
            "A secret written to a log",
            .high,
            .medium,
            cwe: 532,
            fix: "Leave it out, or log a fingerprint of it.",
            bad: #"""
                func signIn(password: String) { logger.info("signing in with \(password)") }
                """#,
            good: """
                func signIn(password: String) { logger.info("signing in") }
                """
        )
    ) { fact, _ in
        guard case .call(let call) = fact, logCalls.contains(call.name) else { return nil }
        let isPlain = ["print", "debugPrint", "NSLog", "os_log", "dump", "fputs"].contains(call.callee)
        guard isPlain || call.callee.lowercased().contains("log") else { return nil }
        for argument in call.arguments {
            let values = [argument.value] + argument.value.interpolations.map(\.expression)
            for value in values {
                if let name = value.lastName, CredentialNames.isSecret(name) {
                    return SwiftRule.Verdict("\(name) is written to a log")
                }
            }
        }
        return nil
    }

    static let secretInAddress = SwiftRule(
        AuditRule(
            "secret-in-address",
            "A secret as part of an address",
            .medium,
            .medium,
            cwe: 598,
            fix: "Send it in a header or in the body: addresses are logged everywhere.",
            bad: #"""
                let url = "https://api.example.com/v1?api_key=\(apiKey)"
                """#,
            good: """
                request.headers.add(name: "Authorization", value: bearer)
                """
        )
    ) { fact, _ in
        guard case .text(let outline, let node) = fact, outline.lowercased().hasPrefix("http"), outline.contains("?")
        else {
            return nil
        }
        for part in ExprSyntax(node).interpolations {
            if let name = part.expression.lastName, CredentialNames.isSecret(name) {
                return SwiftRule.Verdict("\(name) is part of an address")
            }
        }
        return nil
    }
}
