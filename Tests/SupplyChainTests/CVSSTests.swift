import Foundation
import ImagesTestSupport
import Testing

@testable import SupplyChain

@Suite struct CVSSTests {
    @Test(
        arguments: [
            // Examples of FIRST's own documents.
            ("AV:N/AC:L/Au:N/C:N/I:N/A:C", 7.8), ("AV:N/AC:L/Au:N/C:C/I:C/A:C", 10.0),
            ("AV:L/AC:H/Au:N/C:C/I:C/A:C", 6.2), ("(AV:N/AC:L/Au:N/C:P/I:P/A:P)", 7.5),
            ("AV:N/AC:M/Au:N/C:N/I:P/A:N", 4.3), ("AV:L/AC:L/Au:N/C:N/I:N/A:N", 0.0),
            ("CVSS:3.0/AV:N/AC:L/PR:L/UI:N/S:C/C:L/I:L/A:N", 6.4),
            ("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", 9.8),
            ("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H", 10.0),
            ("CVSS:3.1/AV:N/AC:H/PR:N/UI:N/S:U/C:H/I:N/A:N", 5.9),
            ("CVSS:3.1/AV:P/AC:H/PR:H/UI:R/S:U/C:L/I:N/A:N", 1.6),
            ("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:N", 0.0),
            ("CVSS:3.0/AV:P/AC:H/PR:H/UI:N/S:C/C:L/I:L/A:L", 4.4),
            ("CVSS:3.1/AV:P/AC:H/PR:H/UI:N/S:C/C:L/I:L/A:L", 4.4),
            ("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H/E:U/RL:O/RC:U", 9.8),
            ("CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:H/SI:H/SA:H", 10.0),
            ("CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N", 9.3),
            ("CVSS:4.0/AV:L/AC:L/AT:P/PR:L/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N", 7.3),
            ("CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:N/VI:N/VA:N/SC:N/SI:N/SA:N", 0.0),
        ] as [(String, Double)]
    )
    func computesTheScore(vector: String, score: Double) {
        #expect(CVSSVector(vector)?.score == score)
    }

    @Test(
        arguments: [
            "", "high", "9.8", "CVSS:3.1", "CVSS:3.1/", "CVSS:3.1/AV:N", "CVSS:3.2/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H",
            "CVSS:3.1/AV:X/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", "CVSS:3.1/AV:N/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H",
            "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:S/SA:N", "AV:N/AC:L/Au:N/C:P/I:P",
            "CVSS:2.0/AV:N/AC:L/Au:N/C:P/I:P/A:P",
        ]
    )
    func refusesWhatIsNoVector(text: String) {
        #expect(CVSSVector(text) == nil)
    }

    @Test(
        arguments: [
            (10.0, .critical), (9.0, .critical), (8.9, .high), (7.0, .high), (6.9, .medium), (4.0, .medium),
            (3.9, .low),
            (0.1, .low), (0.0, .none),
        ] as [(Double, Severity)]
    )
    func bandsScores(score: Double, severity: Severity) {
        #expect(Severity(score: score) == severity)
    }

    private static let metrics: [String: [(String, [String])]] = [
        "2": [
            ("AV", ["L", "A", "N"]), ("AC", ["H", "M", "L"]), ("Au", ["M", "S", "N"]), ("C", ["N", "P", "C"]),
            ("I", ["N", "P", "C"]), ("A", ["N", "P", "C"]),
        ],
        "3": [
            ("AV", ["N", "A", "L", "P"]), ("AC", ["L", "H"]), ("PR", ["N", "L", "H"]), ("UI", ["N", "R"]),
            ("S", ["U", "C"]), ("C", ["H", "L", "N"]), ("I", ["H", "L", "N"]), ("A", ["H", "L", "N"]),
        ],
        "4": [
            ("AV", ["N", "A", "L", "P"]), ("AC", ["L", "H"]), ("AT", ["N", "P"]), ("PR", ["N", "L", "H"]),
            ("UI", ["N", "P", "A"]), ("VC", ["H", "L", "N"]), ("VI", ["H", "L", "N"]), ("VA", ["H", "L", "N"]),
            ("SC", ["H", "L", "N"]), ("SI", ["H", "L", "N"]), ("SA", ["H", "L", "N"]),
        ],
    ]
    private static let optional: [(String, [String])] = [
        ("E", ["X", "A", "P", "U"]), ("CR", ["X", "H", "M", "L"]), ("IR", ["X", "H", "M", "L"]),
        ("AR", ["X", "H", "M", "L"]), ("MAV", ["X", "N", "L"]), ("MVC", ["X", "H", "N"]),
        ("MSI", ["X", "S", "H", "N"]),
    ]

    /// All vectors of versions 2 and 3, and many of version 4, against PyPI's `cvss`.
    @Test(.enabled("cvss (PyPI) is not installed") { await Python.has("cvss") }, arguments: ["2", "3", "4"])
    func agreesWithTheReference(version: String) async throws {
        var vectors = [""]
        for (name, values) in Self.metrics[version] ?? [] {
            vectors = vectors.flatMap { start in
                values.map { start.isEmpty ? "\(name):\($0)" : "\(start)/\(name):\($0)" }
            }
        }
        if version == "4" {
            vectors = vectors.shuffled().prefix(6000).map { vector in
                Self.optional.filter { _ in Bool.random() }.reduce(vector) { text, metric in
                    "\(text)/\(metric.0):\(metric.1.randomElement() ?? "X")"
                }
            }
        }
        let prefixes = ["2": [""], "3": ["CVSS:3.0/", "CVSS:3.1/"], "4": ["CVSS:4.0/"]][version] ?? []
        vectors = prefixes.flatMap { prefix in vectors.map { prefix + $0 } }
        let code = """
            import sys
            from cvss import CVSS2, CVSS3, CVSS4
            for line in open(sys.argv[1]):
                print(float(CVSS\(version)(line.strip()).base_score))
            """
        let answers = try await Python.run(code, lines: vectors)
        #expect(answers.count == vectors.count)
        var wrong: [String] = []
        for (vector, answer) in zip(vectors, answers) {
            let score = CVSSVector(vector)?.score
            if score.map({ "\($0)" }) != answer { wrong.append("\(vector): \(score ?? -1), not \(answer)") }
        }
        #expect(wrong.isEmpty, "\(wrong.count) of \(vectors.count): \(wrong.prefix(5))")
    }
}
