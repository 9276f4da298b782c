/// Tokens that tell by their first characters what they are.
struct KnownToken {
    let prefix: [UInt8]
    /// Characters that must follow the prefix, so that an ordinary word with the same start stays.
    let minimumRest: Int

    private init(_ prefix: String, _ minimumRest: Int) {
        self.prefix = Array(prefix.utf8)
        self.minimumRest = minimumRest
    }

    /// By first byte, so that most words cost one look-up.
    private static let byFirstByte: [UInt8: [KnownToken]] = Dictionary(grouping: all) { $0.prefix[0] }

    private static let all: [KnownToken] = [
        .init("AKIA", 16), .init("ASIA", 16),  // AWS access keys
        .init("AIza", 30),  // Google API keys
        .init("ya29.", 20),  // Google OAuth
        .init("ghp_", 30), .init("gho_", 30), .init("ghu_", 30), .init("ghs_", 30), .init("ghr_", 30),
        .init("github_pat_", 22),  // GitHub
        .init("glpat-", 16),  // GitLab
        .init("xoxa-", 10), .init("xoxb-", 10), .init("xoxp-", 10), .init("xoxr-", 10), .init("xoxs-", 10),  // Slack
        .init("sk-", 20),  // OpenAI, Anthropic
        .init("sk_live_", 10), .init("sk_test_", 10), .init("rk_live_", 10), .init("pk_live_", 10),  // Stripe
        .init("npm_", 30), .init("pypi-", 30), .init("hf_", 20), .init("SG.", 20), .init("dop_v1_", 30),
        .init("eyJ", 20),  // JSON web tokens: the start of {" in base64
        .init("em_live_", 16),  // this service's own keys
    ]

    static func find(at start: Int, in bytes: UnsafeBufferPointer<UInt8>) -> Redactor.Finding? {
        for candidate in ["Bearer ", "bearer ", "Basic "] where bytes[start...].starts(with: candidate.utf8) {
            let value = start + candidate.utf8.count
            let end = end(of: value, in: bytes)
            // "Bearer of bad news" is no header.
            guard end - value >= 16 else { return nil }
            return .init(range: value..<end, kind: .credential)
        }
        guard let tokens = byFirstByte[bytes[start]] else { return nil }
        for token in tokens where bytes[start...].starts(with: token.prefix) {
            let rest = start + token.prefix.count
            let end = end(of: rest, in: bytes)
            if end - rest >= token.minimumRest { return .init(range: start..<end, kind: .credential) }
        }
        return nil
    }

    private static func end(of start: Int, in bytes: UnsafeBufferPointer<UInt8>) -> Int {
        var end = start
        while end < bytes.count, ByteClass.isAlphanumeric(bytes[end]) || "_-.~+/=".utf8.contains(bytes[end]) {
            end += 1
        }
        // A sentence may end after the token.
        while end > start, bytes[end - 1] == UInt8(ascii: ".") { end -= 1 }
        return end
    }
}
