import Foundation

/// The tokens of providers that mark theirs with a fixed start. Each is checked as far as its form allows.
enum SecretShapes {
    static let all: [SecretShape] =
        ["ghp_", "gho_", "ghu_", "ghs_", "ghr_"].map { prefix in
            SecretShape(SecretRules.github, prefix, .alphanumeric, 36...36) { _, body in
                Checksums.endsWithBase62CRC(body)
            }
        } + [
            SecretShape(SecretRules.github, "github_pat_", .word, 82...82) { _, body in
                body[body.startIndex + 22] == UInt8(ascii: "_") && body.count { $0 == UInt8(ascii: "_") } == 1
            },
            SecretShape(SecretRules.npm, "npm_", .alphanumeric, 36...36) { _, body in
                Checksums.endsWithBase62CRC(body)
            },
            SecretShape(SecretRules.gitlab, "glpat-", .base64URL, 20...64, isGenuine: mixed),
            SecretShape(SecretRules.gitlab, "glrt-", .base64URL, 20...64, isGenuine: mixed),
            SecretShape(SecretRules.gitlab, "gldt-", .base64URL, 20...64, isGenuine: mixed),
            SecretShape(SecretRules.aws, "AKIA", .base32, 16...16, isGenuine: mixed),
            SecretShape(SecretRules.aws, "ASIA", .base32, 16...16, isGenuine: mixed),
            SecretShape(SecretRules.google, "AIza", .base64URL, 35...35, isGenuine: mixed),
            SecretShape(SecretRules.google, "GOCSPX-", .base64URL, 28...28, isGenuine: mixed),
            SecretShape(SecretRules.google, "ya29.", .base64URL, 40...400, isGenuine: mixed),
            SecretShape(SecretRules.slack, "xoxb-", slackBody, 30...200, isGenuine: mixed),
            SecretShape(SecretRules.slack, "xoxp-", slackBody, 30...200, isGenuine: mixed),
            SecretShape(SecretRules.slack, "xoxa-", slackBody, 30...200, isGenuine: mixed),
            SecretShape(SecretRules.slack, "xoxs-", slackBody, 30...200, isGenuine: mixed),
            SecretShape(SecretRules.slack, "xapp-", slackBody, 30...200, isGenuine: mixed),
            SecretShape(SecretRules.slack, "hooks.slack.com/services/", .alphanumeric.union(ByteSet("/")), 40...60) {
                _,
                body in
                let parts = body.split(separator: UInt8(ascii: "/"))
                return parts.count == 3 && parts[0].first == UInt8(ascii: "T") && parts[1].first == UInt8(ascii: "B")
                    && parts[2].count >= 20 && !Randomness.isMadeUp(parts[2])
            },
            SecretShape(SecretRules.stripe, "sk_live_", .alphanumeric, 24...247, isGenuine: mixed),
            SecretShape(SecretRules.stripe, "rk_live_", .alphanumeric, 24...247, isGenuine: mixed),
            SecretShape(SecretRules.stripe, "whsec_", .base64, 32...64, isGenuine: mixed),
            // In the middle of every key stands "OpenAI" in base64.
            SecretShape(SecretRules.openAI, "sk-", .base64URL, 40...220) { _, body in
                !ByteSearch.places(of: Array("T3BlbkFJ".utf8), in: Array(body)).isEmpty
            },
            SecretShape(SecretRules.anthropic, "sk-ant-", .base64URL, 80...160) { _, body in
                body.suffix(2).elementsEqual("AA".utf8) && mixed([], body)
            },
            SecretShape(SecretRules.huggingFace, "hf_", .letters, 34...34, isGenuine: mixed),
            SecretShape(SecretRules.sendGrid, "SG.", .base64URL.union(ByteSet(".")), 66...66) { _, body in
                body.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false).map(\.count) == [22, 43]
            },
            SecretShape(SecretRules.twilio, "SK", .hex, 32...32, isGenuine: mixed),
            SecretShape(SecretRules.mailgun, "key-", .hex, 32...32, isGenuine: mixed),
            SecretShape(SecretRules.pypi, "pypi-", .base64URL, 80...400) { _, body in
                Base64.decode(body).map { !ByteSearch.places(of: Array("pypi.org".utf8), in: $0).isEmpty } ?? false
            },
            SecretShape(SecretRules.rubyGems, "rubygems_", .hex, 48...48, isGenuine: mixed),
            SecretShape(SecretRules.docker, "dckr_pat_", .base64URL, 27...27, isGenuine: mixed),
            SecretShape(SecretRules.docker, "dckr_oat_", .base64URL, 32...32, isGenuine: mixed),
            SecretShape(SecretRules.digitalOcean, "dop_v1_", .hex, 64...64, isGenuine: mixed),
            SecretShape(SecretRules.digitalOcean, "doo_v1_", .hex, 64...64, isGenuine: mixed),
            SecretShape(SecretRules.digitalOcean, "dor_v1_", .hex, 64...64, isGenuine: mixed),
            SecretShape(SecretRules.azure, "AccountKey=", .base64.union(ByteSet("=")), 88...88) { _, body in
                Base64.decode(body)?.count == 64
            },
            SecretShape(SecretRules.telegram, ":AA", .base64URL, 33...33, isGenuine: mixed),
            SecretShape(SecretRules.shopify, "shpat_", .hex, 32...32, isGenuine: mixed),
            SecretShape(SecretRules.shopify, "shpss_", .hex, 32...32, isGenuine: mixed),
            SecretShape(SecretRules.shopify, "shpca_", .hex, 32...32, isGenuine: mixed),
            SecretShape(SecretRules.square, "sq0csp-", .base64URL, 43...43, isGenuine: mixed),
            SecretShape(SecretRules.square, "sq0atp-", .base64URL, 22...22, isGenuine: mixed),
            SecretShape(SecretRules.grafana, "glsa_", .word, 41...41) { _, body in
                body[body.startIndex + 32] == UInt8(ascii: "_") && body.suffix(8).allSatisfy(ByteSet.hex.contains)
            },
            SecretShape(SecretRules.grafana, "glc_", .base64.union(ByteSet("=")), 32...400) { _, body in
                Base64.decode(body)?.first == UInt8(ascii: "{")
            },
            SecretShape(SecretRules.vault, "hvs.", .base64URL, 24...200, isGenuine: mixed),
            SecretShape(SecretRules.vault, "hvb.", .base64URL, 100...300, isGenuine: mixed),
            SecretShape(SecretRules.terraform, ".atlasv1.", .base64URL, 60...70, isGenuine: mixed),
            SecretShape(SecretRules.databricks, "dapi", .hex, 32...32, isGenuine: mixed),
            SecretShape(SecretRules.newRelic, "NRAK-", .uppercase.union(.digits), 27...27, isGenuine: mixed),
            SecretShape(SecretRules.linear, "lin_api_", .alphanumeric, 40...40, isGenuine: mixed),
            SecretShape(SecretRules.postman, "PMAK-", .hex.union(ByteSet("-")), 59...59, isGenuine: mixed),
            SecretShape(SecretRules.sentry, "sntrys_", .base64URL.union(ByteSet("+/=")), 60...300) { _, body in
                body.starts(with: "eyJ".utf8)
            },
            SecretShape(SecretRules.pulumi, "pul-", .hex, 40...40, isGenuine: mixed),
            SecretShape(SecretRules.planetScale, "pscale_tkn_", .base64URL, 32...64, isGenuine: mixed),
            SecretShape(SecretRules.age, "AGE-SECRET-KEY-1", .uppercase.union(.digits), 58...58) { token, _ in
                Checksums.isBech32(token)
            },
        ]

    private static let slackBody = ByteSet.alphanumeric.union(ByteSet("-"))

    /// Made by a machine: neither one word nor of one kind of character only.
    @Sendable private static func mixed(_ token: ArraySlice<UInt8>, _ body: ArraySlice<UInt8>) -> Bool {
        Randomness.entropy(body) >= (body.count < 20 ? 2.8 : 3.0)
            && !Randomness.namesAPlaceholder(String(decoding: body, as: UTF8.self))
            && (body.contains(where: ByteSet.digits.contains) || body.count(where: ByteSet.uppercase.contains) >= 3)
    }
}

/// Base64 in both alphabets, with and without padding.
enum Base64 {
    static func decode(_ bytes: some Collection<UInt8>) -> [UInt8]? {
        var text = String(decoding: bytes, as: UTF8.self).replacing("-", with: "+").replacing("_", with: "/")
        while text.hasSuffix("=") { text.removeLast() }
        text += String(repeating: "=", count: (4 - text.utf8.count % 4) % 4)
        return Data(base64Encoded: text).map(Array.init)
    }
}
