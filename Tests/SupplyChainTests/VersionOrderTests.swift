import Core
import Foundation
import ImagesTestSupport
import Testing

@testable import SupplyChain

@Suite struct VersionOrderTests {
    /// Versions in rising order; every pair of a list is compared in both directions.
    static let rising: [(VersionOrder, [String])] = [
        (
            .dpkg,
            [
                "~", "0~~a", "0~", "0", "0a", "0.1~rc1-1", "0.1-1~deb12u1", "0.1-1", "0.1-1+b1", "0.1-1.1", "0.1.0",
                "1.2~beta", "1.2", "1.2a", "1.2+dfsg-1", "1.2.0", "1.10", "1.10-2", "1.10-10",
                "20240101000000000000000001",
                "20240101000000000000000002", "1:0", "1:0.1", "2:0~",
            ]
        ),
        (
            .semantic,
            [
                "0.0.0-0", "0.0.1", "1.0.0-0", "1.0.0-1", "1.0.0-10", "1.0.0-alpha", "1.0.0-alpha.1",
                "1.0.0-alpha.beta",
                "1.0.0-beta", "1.0.0-beta.2", "1.0.0-beta.11", "1.0.0-rc.1", "1.0.0", "1.0.1", "1.2.0", "1.10.0",
                "2.0.0", "2.0.1-0.20240101000000-abcdefabcdef", "2.0.1", "99999999999999999999.0.0",
            ]
        ),
        (
            .python,
            [
                "1.dev0", "1.0.dev456", "1.0a1", "1.0a2.dev456", "1.0a12.dev456", "1.0a12", "1.0b1.dev456", "1.0b2",
                "1.0b2.post345.dev456", "1.0b2.post345", "1.0rc1.dev456", "1.0rc1", "1.0", "1.0+abc.5", "1.0+abc.7",
                "1.0+5", "1.0.post456.dev34", "1.0.post456", "1.0.15", "1.1.dev1", "1.9", "1.10", "2012.4", "1!0.1",
            ]
        ),
        (
            .apk,
            [
                "0.9", "1.0_alpha", "1.0_alpha2", "1.0_beta", "1.0_pre1", "1.0_rc1", "1.0", "1.0-r1", "1.0-r2",
                "1.0-r10",
                "1.0_git20200101", "1.0_p1", "1.0a", "1.0b", "1.0.1", "1.1", "1.2", "1.10", "2.0",
            ]
        ),
        (
            .rpm,
            [
                "1.0~rc1-1", "1.0-1", "1.0-1.el9", "1.0-2", "1.0^git1-1", "1.0a-1", "1.0.1-1", "1.0.2-1", "1.1-1",
                "1.10-1", "2-1", "1:0-1",
            ]
        ),
    ]

    @Test(arguments: rising)
    func ordersTotally(order: VersionOrder, versions: [String]) {
        for (left, one) in versions.enumerated() {
            for (right, other) in versions.enumerated() {
                #expect(order.isLess(one, other) == (left < right), "\(order): \(one) and \(other)")
            }
        }
    }

    @Test(
        arguments: [
            (.dpkg, "1.0", "1.0-0"), (.dpkg, "0:1.0", "1.0"), (.dpkg, "1.00", "1.0"),
            (.semantic, "1.0.0+a", "1.0.0+b"), (.semantic, "v1.0.0", "1.0"), (.python, "1.0", "1.0.0"),
            (.python, "1.0-1", "1.0.post1"), (.python, "v1.0C1", "1.0rc1"), (.python, " 1.0_ALPHA.1 ", "1.0a1"),
            (.python, "1.0r4", "1.0.post4"), (.python, "1.0+a-1", "1.0+a.1"), (.rpm, "1.0-1", "0:1.0-1"),
            (.rpm, "1.0", "1.0-5"), (.rpm, "1_0-1", "1.0-1"),
        ] as [(VersionOrder, String, String)]
    )
    func seesOneVersionInTwoSpellings(order: VersionOrder, left: String, right: String) {
        #expect(order.areEqual(left, right))
    }

    @Test(
        arguments: [
            (.dpkg, ""), (.dpkg, "1-"), (.dpkg, "a:1"), (.dpkg, "1:"), (.dpkg, "1 2"), (.semantic, ""),
            (.semantic, "1.2.3.4"),
            (.semantic, "1.x"), (.semantic, "1.0.0-"), (.semantic, "1.0.0-a..b"), (.semantic, "1.0.0-a_b"),
            (.python, ""), (.python, "abc"), (.python, "1.0x"), (.python, "1.0+"), (.python, "1.0+a..b"),
            (.python, "1..0"), (.apk, "x"), (.apk, "1.0_foo1"), (.rpm, ""), (.rpm, "x:1"),
        ] as [(VersionOrder, String)]
    )
    func saysNothingAboutWhatIsNoVersion(order: VersionOrder, text: String) {
        #expect(order.isLess(text, "1.0") == nil)
        #expect(order.isLess("1.0", text) == nil)
    }

    /// Random versions that are near each other, from an alphabet of what matters.
    private func randomPairs(_ pieces: [String], count: Int) -> [(String, String)] {
        var generator = SystemRandomNumberGenerator()
        func version() -> String {
            (0..<Int.random(in: 1...5, using: &generator)).map { _ in pieces.randomElement(using: &generator) ?? "" }
                .joined()
        }
        return (0..<count).map { _ in
            let left = "1" + version()
            // Half of the pairs have a common start, where the difference is in the details.
            return (left, Bool.random(using: &generator) ? "1" + version() : left + version())
        }
    }

    @Test(.enabled(if: Tool.has("dpkg"), "dpkg is not installed"))
    func agreesWithDpkg() async throws {
        let pairs = randomPairs(["0", "1", "10", "01", ".", "~", "+", "a", "z", "A", "-", "-1"], count: 500)
        let script = """
            while read -r left right; do
                if dpkg --compare-versions "$left" lt "$right" 2>/dev/null; then echo lt
                elif dpkg --compare-versions "$left" eq "$right" 2>/dev/null; then echo eq
                elif dpkg --compare-versions "$left" gt "$right" 2>/dev/null; then echo gt
                else echo invalid; fi
            done < "$1"
            """
        let folder = try TemporaryFolder()
        let input = try folder.write(pairs.map { "\($0.0) \($0.1)\n" }.joined(), to: "pairs")
        let outcome = try await Tool.run("sh", ["-c", script, "sh", input.path])
        let answers = outcome.output.split(separator: "\n")
        #expect(answers.count == pairs.count)
        for (pair, answer) in zip(pairs, answers) {
            let less = VersionOrder.dpkg.isLess(pair.0, pair.1)
            let greater = VersionOrder.dpkg.isLess(pair.1, pair.0)
            let ours = less == nil ? "invalid" : less == true ? "lt" : greater == true ? "gt" : "eq"
            #expect(ours == answer, "\(pair)")
        }
    }

    @Test(.enabled("packaging (PyPI) is not installed") { await Python.has("packaging.version") })
    func agreesWithPackaging() async throws {
        let pieces = [
            "0", "1", "10", ".", ".", "a", "b1", "rc", "c2", ".dev", "dev1", ".post", "-1", "r2", "+", "+x.1", "!", "_",
        ]
        let pairs = randomPairs(pieces, count: 2000)
        let code = """
            import sys
            from packaging.version import Version, InvalidVersion
            for line in open(sys.argv[1]):
                left, right = line.rstrip("\\n").split(" ")
                try:
                    left, right = Version(left), Version(right)
                    print("lt" if left < right else "gt" if left > right else "eq")
                except InvalidVersion:
                    print("invalid")
            """
        let answers = try await Python.run(code, lines: pairs.map { "\($0.0) \($0.1)" })
        #expect(answers.count == pairs.count)
        for (pair, answer) in zip(pairs, answers) {
            let ours: String
            if let less = VersionOrder.python.isLess(pair.0, pair.1) {
                ours = less ? "lt" : VersionOrder.python.isLess(pair.1, pair.0) == true ? "gt" : "eq"
            } else {
                ours = "invalid"
            }
            #expect(ours == answer, "\(pair)")
        }
    }

    /// Each list is in order; versions that are equal stand together behind `=`.
    private static let orders: [(VersionOrder, [String])] = [
        (
            .maven,
            [
                "1-alpha", "1-a2", "1-beta-2", "1-beta-10", "1-milestone-1", "1-m3", "1-rc", "1-rc2", "1-snapshot", "1",
                "1-sp", "1-abc", "1-xyz", "1-1", "1.1-alpha", "1.1", "1.1.1", "1.2", "1.10", "2.0.0.RC1", "2.0",
                "31.0-android", "31.1-jre", "99999999999999999999",
            ]
        ),
        (
            .ruby,
            [
                "0.0.beta", "0.9.a", "0.9", "1.0.0.a", "1.0.0.a10", "1.0.0.b1", "1.0.0-x", "1", "1.0.1.rc1", "1.0.1",
                "1.9", "1.10",
            ]
        ),
        (
            .nuget,
            [
                "1.0.0-alpha", "1.0.0-alpha.1", "1.0.0-Beta", "1.0.0-rc.2", "1.0.0-rc.10", "1.0.0", "1.0.0.1-beta",
                "1.0.0.1", "1.0.1", "1.10", "10.0.20348.1",
            ]
        ),
    ]

    @Test(arguments: orders) func keepsTheOrder(order: VersionOrder, versions: [String]) {
        for (index, version) in versions.enumerated() {
            for (other, text) in versions.enumerated() {
                #expect(order.isLess(version, text) == (index < other), "\(version) and \(text)")
            }
        }
    }

    @Test(
        arguments: [
            (.maven, "1", "1.0.0"), (.maven, "1-ga", "1"), (.maven, "1.final", "1.0"), (.maven, "1.0.RELEASE", "1"),
            (.maven, "1-RC1", "1-cr1"), (.maven, "1A1", "1-alpha-1"), (.maven, "1.0.0-foo.0.0", "1-foo"),
            (.ruby, "1.0", "1"), (.ruby, "1.0.a", "1.a"), (.nuget, "1.0", "1.0.0.0"), (.nuget, "1.0.0-RC", "1.0.0-rc"),
            (.nuget, "1.0.0+a", "1.0.0+b"),
        ] as [(VersionOrder, String, String)]
    )
    func knowsOtherSpellings(order: VersionOrder, left: String, right: String) {
        #expect(order.areEqual(left, right))
    }

    @Test(
        arguments: [(.ruby, "a"), (.ruby, "1..2"), (.nuget, "1.2.3.4.5"), (.nuget, "x"), (.maven, ""), (.maven, "1 2")]
            as [(VersionOrder, String)]
    )
    func refusesWhatIsNoVersion(order: VersionOrder, text: String) { #expect(order.read(text) == nil) }
}
