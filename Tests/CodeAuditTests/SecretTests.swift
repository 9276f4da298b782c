import Foundation
import Testing

@testable import CodeAudit

/// Tokens here are put together when the tests run, so that no scanner, ours included, finds them in this file.
@Suite struct SecretTests {
    private static let alphabet = Array("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")

    /// Looks made by a machine, and is the same in every run.
    static func noise(_ count: Int, seed: UInt64 = 7, from alphabet: [Character] = alphabet) -> String {
        var state = seed
        return String(
            (0..<count).map { _ in
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                return alphabet[Int(state >> 33) % alphabet.count]
            }
        )
    }

    static let hex = Array("0123456789abcdef")
    private static let upper = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")

    static func githubToken(_ prefix: String = "ghp_", seed: UInt64 = 7) -> String {
        let body = noise(30, seed: seed)
        let digits = Array("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")
        var number = Int(Checksums.crc32(body.utf8))
        var sum: [Character] = []
        for _ in 0..<6 {
            sum.insert(digits[number % 62], at: 0)
            number /= 62
        }
        return prefix + body + String(sum)
    }

    static func encoded(_ text: String) -> String {
        Data(text.utf8).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing(
            "=",
            with: ""
        )
    }

    private static func ids(_ text: String, path: String = "config.txt") -> [String] {
        SecretScanner.findings(in: text, path: path).map(\.rule.id)
    }

    private static var tokens: [(String, String)] {
        [
            ("github-token", githubToken()), ("github-token", githubToken("ghs_", seed: 9)),
            ("github-token", "github_pat_" + noise(22) + "_" + noise(59)), ("npm-token", githubToken("npm_")),
            ("gitlab-token", "glpat-" + noise(20)), ("aws-access-key", "AKIA" + noise(16, from: upper)),
            ("google-key", "AIza" + noise(35)),
            ("slack-token", "xoxb-" + noise(12, from: Array("0123456789")) + "-" + noise(24)),
            ("slack-token", "https://hooks.slack.com/services/T" + noise(9) + "/B" + noise(9) + "/" + noise(24)),
            ("stripe-key", "sk_live_" + noise(24)), ("openai-key", "sk-" + noise(20) + "T3BlbkFJ" + noise(20)),
            ("anthropic-key", "sk-ant-api03-" + noise(86) + "AA"),
            ("sendgrid-key", "SG." + noise(22) + "." + noise(43)),
            ("docker-token", "dckr_pat_" + noise(27)), ("digitalocean-token", "dop_v1_" + noise(64, from: hex)),
            ("pypi-token", "pypi-" + encoded("\u{2}\u{1}\u{8}pypi.org\u{2}" + noise(90))),
            ("rubygems-key", "rubygems_" + noise(48, from: hex)),
            (
                "azure-storage-key",
                "AccountKey="
                    + Data((0..<64).map { UInt8(truncatingIfNeeded: $0 * 73 ^ $0 >> 2) }).base64EncodedString()
            ),
            (
                "json-web-token",
                encoded(#"{"alg":"HS256","typ":"JWT"}"#) + "." + encoded(#"{"sub":"u-1","exp":1}"#) + "." + noise(43)
            ),
            ("url-credentials", "postgres://app:" + noise(14) + "@db.prod.net/x"),
            ("authorization-header", "Authorization: Basic " + Data("bob:k9Q#zz81mN".utf8).base64EncodedString()),
            ("generic-secret", "API_TOKEN = \"" + noise(32) + "\""),
            ("generic-secret", "password: 'vK8#" + "qLm2!pT4'"),
        ]
    }

    @Test func findsTokensOfProviders() {
        for (rule, token) in Self.tokens {
            #expect(Self.ids("x = 1\nvalue \(token) end\n") == [rule], "\(rule) \(token.prefix(8))")
        }
    }

    @Test func neverShowsASecret() throws {
        for (_, token) in Self.tokens {
            let finding = try #require(SecretScanner.findings(in: "a\n \(token)\n", path: "x").first)
            #expect(!finding.message.contains(token.suffix(12)), "\(finding.message)")
            #expect(finding.location.line == 2)
            #expect(finding.secret?.count == 8)
        }
    }

    @Test func aTokenWithAWrongChecksumIsNone() {
        let token = Self.githubToken()
        let last: Character = token.last == "0" ? "1" : "0"
        #expect(Self.ids(token.dropLast() + String(last)).isEmpty)
        #expect(Self.ids("x" + token).isEmpty, "part of a longer word")
        #expect(Self.ids(token + "x").isEmpty)
    }

    @Test func knowsAgesChecksum() {
        // From age's specification of its keys: the checksum of BIP 173 in upper case.
        let valid = "AGE-SECRET-KEY-1" + "GQ9778VQXMMJVE8SK7J6VT8UJ4HDQAJUVSFCWCM02D8GEWQ72PVQ2Y5J33"
        #expect(Checksums.isBech32(Array(valid.utf8)[...]) == (Self.ids(valid) == ["age-secret-key"]))
        #expect(Self.ids(valid.replacing("GQ97", with: "GQ98")).isEmpty)
    }

    @Test(arguments: [
        ("openssl", ["genpkey", "-algorithm", "ed25519"]), ("openssl", ["ecparam", "-name", "prime256v1", "-genkey"]),
    ])
    func findsKeyPairsThatOpenSSLMakes(program: String, arguments: [String]) throws {
        let pem = try Tool.output(program, arguments)
        #expect(Self.ids(pem) == ["private-key"])
        #expect(
            Self.ids("key-data: " + Data(pem.utf8).base64EncodedString()) == ["private-key"],
            "as kubeconfigs hold it"
        )
        let quoted = pem.split(separator: "\n").map { "    \"\($0)\\n\"" }.joined(separator: "\n")
        #expect(Self.ids(quoted, path: "a.c") == ["private-key"], "as source code holds it")
    }

    @Test(
        arguments: [
            "-----BEGIN PRIVATE KEY-----\n...\n-----END PRIVATE KEY-----",
            "-----BEGIN RSA PRIVATE KEY-----\n<your key>\n-----END RSA PRIVATE KEY-----",
            "if text.hasPrefix(\"-----BEGIN PRIVATE KEY-----\") { }",
            "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----",
            "ghp_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "ghp_0123456789abcdefghijklmnopqrstuvwxyz",
            "AKIAIOSFODNN7EXAMPLE",
            "AKIAXXXXXXXXXXXXXXXX", "sk_live_xxxxxxxxxxxxxxxxxxxxxxxx", "sk-learn is a library", "SG.one.two",
            "xoxb-your-token-goes-here-please-do",
            "hooks.slack.com/services/T00000000/B00000000/XXXXXXXXXXXXXXXXXXXXXXXX",
            "password = os.environ[\"PASSWORD\"]", "password: ${{ secrets.DB_PASSWORD }}", "PASSWORD=$DB_PASSWORD",
            "PASSWORD=changeme",
            "password = \"correct horse battery staple\"", "password: \"<password>\"", "let password = \"hunter2-1A\"",
            "secretName: registry-credentials-2024", "secretKeyRef: {name: api-keys, key: token}",
            "tokenType: \"Bearer-v2-extended\"",
            "token: Token.identifier(\"abcDEF123456ghiJKL\")", "tokenizer = \"cl100k_base-v2-2024-XYZ\"",
            "access_token_url = \"https://accounts.example.com/o/oauth2/v2/auth9\"",
            "PasswordHash: \"5f4dcc3b5aa765d61d8327deb882cf99\"",
            "cancellationToken: \"9f86d081884c7d659a2feaa0c55ad015\"", "secretPath: \"kv/data/prod/Db1/Password2\"",
            "postgres://user:password@localhost/db", "postgres://postgres:postgres@db/app",
            "https://user:$TOKEN@github.com/x",
            "https://\\(user):\\(password)@host.net/", "http://[::1]:8080/@x", "https://a.net/b:c@d",
            "redis://:@cache.net",
            "amqp://guest:guest@rabbit.net", "mongodb://<user>:<password>@cluster0.mongodb.net",
            "sha256: 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
            "let digest = \"a94a8fe5ccb19ba61c4c0873d391e987982fbbd3\"",
            "Authorization: Basic dXNlcjpwYXNz", "Basic authentication for the masses",
            "id = \"550e8400-e29b-41d4-a716-446655440000\"",
            "let secretsDirectory = \"/run/secrets/kubernetes.io/serviceaccount\"",
            "token = \"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa1\"",
            "api_key: str = Field(default=None)", "apiKeyHeader = \"X-Api-Key-V2-Internal\"",
            "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAUA",
            "const tokenPattern = \"[A-Za-z0-9]{20,40}\"", "SK00000000000000000000000000000000",
            "passwordResetTemplate: \"Reset1-Password2-Mail3\"",
        ]
    )
    func leavesAlone(text: String) { #expect(Self.ids("\(text)\n", path: "values.yaml").isEmpty, "\(text)") }

    @Test func theTokenOfTextBooksIsNone() {
        let token =
            Self.encoded(#"{"alg":"HS256","typ":"JWT"}"#) + "."
            + Self.encoded(#"{"sub":"1234567890","name":"John Doe","iat":1516239022}"#) + "." + Self.noise(43)
        #expect(Self.ids(token).isEmpty)
        #expect(
            Self.ids(Self.encoded(#"{"alg":"none"}"#) + "." + Self.encoded(#"{"a":1}"#) + "." + Self.noise(43)).isEmpty
        )
        #expect(Self.ids("eyJhbGciOiJIUzI1NiJ9." + Self.noise(30) + "." + Self.noise(43)).isEmpty, "no JSON inside")
    }

    @Test func randomnessCountsBesideAssignmentsOnly() {
        let value = Self.noise(40)
        #expect(Self.ids("integrity \(value)\nhash = \"\(value)\"\n").isEmpty)
        #expect(Self.ids("auth_token = \"\(value)\"\n") == ["generic-secret"])
        #expect(Self.ids("AUTH_TOKEN=\(value)\n", path: ".env") == ["generic-secret"])
        #expect(Self.ids("AUTH_TOKEN=\(value)\n", path: "a.swift").isEmpty, "unquoted, and no configuration")
        #expect(Self.ids("auth_token = \"\(value)\"\n", path: "web/package-lock.json").isEmpty, "machines wrote it")
        #expect(Self.ids("auth_token=\"\(value)\";\n", path: "app.min.js").isEmpty)
    }

    @Test func filesMarkedAsTestVectorsAreSkipped() {
        let text = "# slipway:test-vectors RFC 7515 appendix A\n" + Self.githubToken() + "\n"
        #expect(Self.ids(text).isEmpty)
        #expect(
            Self.ids("# slipway:test-vectors\n" + Self.githubToken()) == ["github-token"],
            "without a source it is none"
        )
    }

    @Test func isNotStoppedByBytes() {
        for text in ["", "\n", ":", "://@:", "-----BEGIN PRIVATE KEY-----", "eyJ", "eyJ..", "Basic ", "\u{0}AKIA"] {
            _ = Self.ids(text)
        }
        #expect(Self.ids("eyJ" + String(repeating: "a", count: 100_000)).isEmpty)
    }
}
