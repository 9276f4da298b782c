import Testing

@testable import Core

@Suite struct LineFingerprintTests {
    private static func all(_ text: String) -> [Int: String] {
        LineFingerprints.of(text, lines: Set(1...20))
    }

    /// Values that GitHub's own uploader computes for such texts.
    @Test(
        arguments: [
            (
                " a\nb\n  \t\tc\n d",
                ["271789c17abda88f:1", "54703d4cd895b18:1", "180aee12dab6264:1", "a23a3dc5e078b07b:1"]
            ),
            (
                " hello; \t\nworld!!!\n\n\n  \t\tGreetings\n End",
                [
                    "8b7cf3e952e7aeb2:1", "b1ae1287ec4718d9:1", "bff680108adb0fcc:1", "c6805c5e1288b612:1",
                    "b86d3392aea1be30:1", "e6ceba753e1a442:1",
                ]
            ),
        ] as [(String, [String])]
    )
    func computesWhatTheServiceComputes(text: String, expected: [String]) {
        let found = Self.all(text)
        #expect(expected.indices.map { found[$0 + 1] } == expected)
    }

    @Test func lineEndsAndBlanksMeanNothing() {
        #expect(Self.all("a\r\nb c\r\n") == Self.all("a\nbc\n"))
        #expect(Self.all("a\rb") == Self.all("a\nb"))
    }

    @Test func equalLinesAreCounted() {
        let text = String(repeating: "x\n", count: 200)
        let found = LineFingerprints.of(text, lines: [1, 2])
        #expect(found[1]?.hasSuffix(":1") == true)
        #expect(found[2]?.hasSuffix(":2") == true)
        #expect(found[1]?.dropLast() == found[2]?.dropLast())
    }

    @Test func aLineKeepsItsFingerprintWhenOthersMove() {
        let tail = "let a = 1\n" + String(repeating: "more of the file\n", count: 20)
        #expect(LineFingerprints.of("// new\n\n" + tail, lines: [3])[3] == LineFingerprints.of(tail, lines: [1])[1])
    }
}
