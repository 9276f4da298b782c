import Core
import Foundation
import Testing

@Suite struct MaskerTests {
    @Test(
        arguments: [
            (["secret"], "a secret here", "a *** here"),
            (["abc", "abcdef"], "abcdef abc abcd", "*** *** ***d"),
            (["abcd", "cdef"], "xabcdefx", "x***x"),
            (["ab", "cd"], "abcd ab cd", "*** *** ***"),
            (["aa"], "aaaaa", "***"),
            (["bcd", "abcde"], "abcdX abcde bcde", "a***X *** ***e"),
            (["ababac"], "abababac ababab", "ab*** ababab"),
            (["naïve-ключ"], "<naïve-ключ>", "<***>"),
            ([""], "nothing", "nothing"),
            (["   "], "a    b", "a    b"),
            ([], "nothing", "nothing"),
        ] as [([String], String, String)]
    )
    func replacesEveryOccurrenceOfEverySecret(secrets: [String], text: String, expected: String) {
        #expect(Masker(secrets.map { Secret($0) }).mask(text) == expected)
    }

    @Test func hidesEachTrimmedLineOfASecretOfSeveralLines() {
        let masker = Masker([Secret("-----BEGIN KEY-----\n  MIIEowIBAAKC\r\n\n  \nlast line  \n")])
        #expect(masker.mask("key: MIIEowIBAAKC!") == "key: ***!")
        #expect(masker.mask("last line") == "***")
        #expect(masker.mask("-----BEGIN KEY-----") == "***")
        #expect(masker.mask("a\n\nb  \n") == "a\n\nb  \n")
    }

    static let awkward = "p@ss w&rd/\"quo'ted\"<x>\\$`ü\u{1F511}"

    @Test(
        arguments: [
            "p%40ss%20w%26rd%2F%22quo%27ted%22%3Cx%3E%5C%24%60%C3%BC%F0%9F%94%91",
            "p%40ss+w%26rd%2F%22quo%27ted%22%3Cx%3E%5C%24%60%C3%BC%F0%9F%94%91",
            "p%40ss%20w%26rd%2f%22quo%27ted%22%3cx%3e%5c%24%60%c3%bc%f0%9f%94%91",
            "p@ss w&rd/\\\"quo'ted\\\"<x>\\\\$`ü\u{1F511}",
            "p@ss w&rd/\\\"quo'ted\\\"<x>\\\\$`\\u00fc\\ud83d\\udd11",
            "p@ss w\\u0026rd/\\\"quo'ted\\\"\\u003cx\\u003e\\\\$`ü\u{1F511}",
            "p@ss w&amp;rd/&quot;quo&apos;ted&quot;&lt;x&gt;\\$`ü\u{1F511}",
            "p@ss w&amp;rd/&#34;quo&#39;ted&#34;&lt;x&gt;\\$`ü\u{1F511}",
            "p@ss w&rd/\"quo'\\''ted\"<x>\\$`ü\u{1F511}",
            "p@ss w&rd/\\\"quo'ted\\\"<x>\\\\\\$\\`ü\u{1F511}",
            "p@ss\\ w\\&rd/\\\"quo\\'ted\\\"\\<x\\>\\\\\\$\\`ü\u{1F511}",
            "p@ss w&rd/\"quo''ted\"<x>\\$`ü\u{1F511}",
        ]
    )
    func hidesEncodedForms(encoded: String) {
        #expect(Masker([Secret(Self.awkward)]).mask("[\(encoded)]") == "[***]")
    }

    @Test(arguments: ["hunter2-secret", "sixteen chars ok", "s3cr3t+value/with=signs"])
    func hidesBase64WhateverStandsAround(secret: String) {
        let masker = Masker([Secret(secret)])
        for before in 0..<6 {
            for after in 0..<6 {
                let text = String(repeating: "u", count: before) + secret + String(repeating: ":", count: after)
                let encoded = Data(text.utf8).base64EncodedString()
                for form in [encoded, encoded.replacing("+", with: "-").replacing("/", with: "_")] {
                    let masked = masker.mask(form)
                    #expect(masked.contains("***"))
                    // At most one character on either side, which also holds bits of a neighbour, may stay.
                    let rest = Double(masked.replacing("***", with: "").count)
                    let around = (Double(before) * 4 / 3).rounded(.up) + (Double(after) * 4 / 3).rounded(.up)
                    #expect(rest <= around + 4, "\(form) became \(masked)")
                }
            }
        }
        #expect(masker.mask(Data(secret.utf8).base64EncodedString()) == "***")
    }

    @Test func hidesThePartsThatPowerShellPrints() {
        let masker = Masker([Secret("secretpart1&secretpart2&secretpart3")])
        #expect(masker.mask("secretpart1&secretpart2& | secretpart3") == "*** | ***")
    }

    @Test(arguments: 1...7)
    func findsSecretsAcrossChunks(size: Int) {
        let masker = Masker([Secret("hunter22"), Secret("ter22x"), Secret("multi\nline")])
        let text = "a hunter22x b hunter2 c multi\nline d hunthunter22 multi-line"
        var stream = MaskerStream(masker)
        var output: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            stream.write(rest.prefix(size), to: &output)
            rest = rest.dropFirst(size)
        }
        stream.finish(to: &output)
        #expect(String(decoding: output, as: UTF8.self) == "a *** b hunter2 c *** d hunt*** ***-***")
    }

    @Test func aSecretAddedWhileAStreamRunsIsHiddenInWhatIsHeldBack() {
        let masker = Masker([Secret("abcdefgh")])
        var stream = MaskerStream(masker)
        var output: [UInt8] = []
        stream.write("x abcd".utf8, to: &output)
        #expect(String(decoding: output, as: UTF8.self) == "x ")
        masker.add(Secret("abcdX"))
        stream.write("X y".utf8, to: &output)
        stream.finish(to: &output)
        #expect(String(decoding: output, as: UTF8.self) == "x *** y")
    }

    /// The oracle marks every occurrence of every pattern the slow way.
    @Test func agreesWithANaiveMaskerOnRandomText() {
        var generator = SplitMix64(state: 42)
        for _ in 0..<300 {
            let secrets = (0..<Int.random(in: 1...4, using: &generator)).map { _ in
                String(
                    (0..<Int.random(in: 1...5, using: &generator)).map { _ in
                        "ab-".randomElement(using: &generator) ?? "a"
                    }
                )
            }
            let text = String((0..<60).map { _ in "ab-".randomElement(using: &generator) ?? "a" })
            let masker = Masker(secrets.map { Secret($0) })
            var stream = MaskerStream(masker)
            var output: [UInt8] = []
            var rest = Array(text.utf8)[...]
            while !rest.isEmpty {
                let size = Int.random(in: 1...9, using: &generator)
                stream.write(rest.prefix(size), to: &output)
                rest = rest.dropFirst(size)
            }
            stream.finish(to: &output)
            let expected = naive(text, secrets)
            #expect(String(decoding: output, as: UTF8.self) == expected, "\(secrets) in \(text)")
            #expect(masker.mask(text) == expected)
        }
    }

    private func naive(_ text: String, _ secrets: [String]) -> String {
        let bytes = Array(text.utf8)
        var secret = [Bool](repeating: false, count: bytes.count)
        for pattern in secrets.map({ Array($0.utf8) }) where pattern.count <= bytes.count {
            for start in 0...(bytes.count - pattern.count)
            where Array(bytes[start..<(start + pattern.count)]) == pattern {
                for index in start..<(start + pattern.count) { secret[index] = true }
            }
        }
        var result = ""
        for (index, byte) in bytes.enumerated() {
            if !secret[index] {
                result.unicodeScalars.append(Unicode.Scalar(byte))
            } else if index == 0 || !secret[index - 1] {
                result += "***"
            }
        }
        return result
    }

    private struct SplitMix64: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var value = state
            value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
            value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
            return value ^ (value >> 31)
        }
    }
}
