/// A CVSS 4.0 vector reduced to its levels in six sets of metrics, EQ1 to EQ6 (specification, tables 24 to 29).
struct MacroVector: Sendable, Hashable {
    var eq1: Int
    var eq2: Int
    var eq3: Int
    var eq4: Int
    var eq5: Int
    var eq6: Int

    init(_ values: [String: String]) {
        func has(_ name: String, _ value: String) -> Bool { values[name] == value }
        let open = [has("AV", "N"), has("PR", "N"), has("UI", "N")]
        eq1 = open == [true, true, true] ? 0 : open.contains(true) && !has("AV", "P") ? 1 : 2
        eq2 = has("AC", "L") && has("AT", "N") ? 0 : 1
        let vulnerable = [has("VC", "H"), has("VI", "H"), has("VA", "H")]
        eq3 = vulnerable[0] && vulnerable[1] ? 0 : vulnerable.contains(true) ? 1 : 2
        let safety = has("SI", "S") || has("SA", "S")
        let subsequent = has("SC", "H") || has("SI", "H") || has("SA", "H")
        eq4 = safety ? 0 : subsequent ? 1 : 2
        eq5 = has("E", "A") ? 0 : has("E", "P") ? 1 : 2
        let demanding = [has("CR", "H"), has("IR", "H"), has("AR", "H")]
        eq6 = zip(demanding, vulnerable).contains { $0 && $1 } ? 0 : 1
    }

    /// The score of the worst vector with these levels, in tenths; nil for levels that cannot be.
    var score: Int? {
        // EQ3 and EQ6 are not independent: without a high impact no requirement can be about one.
        let pairs = [[0, 0], [0, 1], [1, 0], [1, 1], [2, 1]]
        guard (0...2).contains(eq1), (0...1).contains(eq2), (0...2).contains(eq4), (0...2).contains(eq5),
            let pair = pairs.firstIndex(of: [eq3, eq6])
        else { return nil }
        return Self.scores[((eq1 * 2 + eq2) * 5 + pair) * 9 + eq4 * 3 + eq5]
    }

    /// The score one level lower in one set; nil where there is no lower level.
    func nextLowerScore(_ set: EquivalenceSet) -> Int? {
        var lower = self
        switch set {
        case .exploitability: lower.eq1 += 1
        case .complexity: lower.eq2 += 1
        case .subsequentSystem: lower.eq4 += 1
        case .threat: lower.eq5 += 1
        case .vulnerableSystem:
            if eq3 == 1, eq6 == 0 {
                lower.eq6 += 1
            } else if eq3 == 0, eq6 == 0 {
                // Two ways down: the higher score counts.
                var other = self
                lower.eq6 += 1
                other.eq3 += 1
                return [lower.score, other.score].compactMap { $0 }.max()
            } else {
                lower.eq3 += 1
            }
        }
        return lower.score
    }

    /// Published by FIRST with the specification (`cvss_lookup`), in tenths: a row for EQ1, EQ2 and the pair of EQ3 and
    /// EQ6, a column for EQ4 and EQ5.
    private static let scores: [Int] = [
        100, 98, 95, 100, 93, 91, 93, 89, 81,
        99, 95, 92, 96, 87, 81, 90, 80, 68,
        98, 95, 90, 93, 89, 81, 88, 78, 69,
        95, 92, 84, 92, 81, 65, 80, 70, 48,
        92, 82, 72, 79, 69, 50, 69, 55, 27,
        99, 95, 92, 95, 90, 84, 92, 82, 72,
        97, 92, 85, 91, 83, 71, 81, 71, 53,
        95, 92, 85, 92, 80, 70, 84, 71, 50,
        93, 85, 73, 82, 72, 59, 70, 52, 30,
        86, 75, 52, 71, 52, 29, 63, 29, 17,
        98, 94, 91, 94, 86, 77, 87, 74, 63,
        95, 87, 81, 89, 74, 64, 75, 63, 49,
        94, 88, 76, 86, 74, 59, 72, 57, 52,
        89, 77, 67, 76, 58, 50, 57, 52, 25,
        83, 70, 54, 65, 58, 26, 53, 21, 13,
        95, 88, 76, 90, 75, 61, 77, 68, 52,
        90, 76, 70, 77, 62, 53, 66, 59, 30,
        89, 76, 62, 74, 57, 47, 61, 57, 24,
        78, 67, 58, 59, 57, 23, 52, 29, 16,
        71, 59, 30, 58, 26, 15, 23, 13, 6,
        93, 86, 75, 86, 74, 56, 70, 52, 40,
        87, 72, 58, 74, 61, 34, 54, 40, 22,
        85, 74, 62, 72, 55, 46, 53, 34, 19,
        75, 55, 51, 57, 41, 19, 36, 19, 8,
        64, 51, 20, 47, 21, 11, 24, 9, 4,
        88, 73, 60, 73, 59, 41, 54, 45, 20,
        75, 53, 50, 55, 40, 20, 43, 22, 11,
        75, 58, 40, 61, 48, 20, 46, 17, 8,
        55, 45, 21, 51, 18, 9, 18, 7, 2,
        53, 24, 14, 24, 12, 5, 10, 3, 1,
    ]
}

/// Sets of metrics that are looked at together.
enum EquivalenceSet: CaseIterable {
    case exploitability, complexity, vulnerableSystem, subsequentSystem, threat

    /// Steps between the worst and the least vector of a level (`max_severity`).
    func depth(_ macro: MacroVector) -> Int {
        switch self {
        case .exploitability: [1, 4, 5][macro.eq1]
        case .complexity: [1, 2][macro.eq2]
        case .vulnerableSystem: [[7, 6], [8, 8], [10, 10]][macro.eq3][macro.eq6]
        case .subsequentSystem: [6, 5, 4][macro.eq4]
        case .threat: 1
        }
    }

    /// The worst vectors of a level (`max_composed`); several where metrics can be traded for each other.
    func worstCases(_ macro: MacroVector) -> [[String: String]] {
        switch self {
        case .exploitability: Self.exploitabilityCases[macro.eq1]
        case .complexity: Self.complexityCases[macro.eq2]
        case .vulnerableSystem: Self.vulnerableCases[macro.eq3 * 2 + macro.eq6]
        case .subsequentSystem: Self.subsequentCases[macro.eq4]
        case .threat: [["E": ["A", "P", "U"][macro.eq5]]]
        }
    }

    private static let exploitabilityCases: [[[String: String]]] = [
        [vector("AV:N/PR:N/UI:N")],
        [vector("AV:A/PR:N/UI:N"), vector("AV:N/PR:L/UI:N"), vector("AV:N/PR:N/UI:P")],
        [vector("AV:P/PR:N/UI:N"), vector("AV:A/PR:L/UI:P")],
    ]
    private static let complexityCases: [[[String: String]]] = [
        [vector("AC:L/AT:N")], [vector("AC:H/AT:N"), vector("AC:L/AT:P")],
    ]
    private static let vulnerableCases: [[[String: String]]] = [
        [vector("VC:H/VI:H/VA:H/CR:H/IR:H/AR:H")],
        [vector("VC:H/VI:H/VA:L/CR:M/IR:M/AR:H"), vector("VC:H/VI:H/VA:H/CR:M/IR:M/AR:M")],
        [vector("VC:L/VI:H/VA:H/CR:H/IR:H/AR:H"), vector("VC:H/VI:L/VA:H/CR:H/IR:H/AR:H")],
        [
            vector("VC:L/VI:H/VA:L/CR:H/IR:M/AR:H"), vector("VC:L/VI:H/VA:H/CR:H/IR:M/AR:M"),
            vector("VC:H/VI:L/VA:H/CR:M/IR:H/AR:M"), vector("VC:H/VI:L/VA:L/CR:M/IR:H/AR:H"),
            vector("VC:L/VI:L/VA:H/CR:H/IR:H/AR:M"),
        ],
        [],
        [vector("VC:L/VI:L/VA:L/CR:H/IR:H/AR:H")],
    ]
    private static let subsequentCases: [[[String: String]]] = [
        [vector("SC:H/SI:S/SA:S")], [vector("SC:H/SI:H/SA:H")], [vector("SC:L/SI:L/SA:L")],
    ]

    private static func vector(_ text: String) -> [String: String] {
        var metrics: [String: String] = [:]
        for part in text.split(separator: "/") {
            let pair = part.split(separator: ":")
            metrics[String(pair[0])] = String(pair[1])
        }
        return metrics
    }
}
