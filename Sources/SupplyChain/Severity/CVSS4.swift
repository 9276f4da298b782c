/// CVSS version 4.0: a look-up of the macro vector, then a step down by how far the vector lies below its worst case
/// (specification document, section 8).
enum CVSS4 {
    /// The values of each metric from worst to least, a step of 0.1 between neighbours.
    private static let levels: [String: [String]] = [
        "AV": ["N", "A", "L", "P"], "PR": ["N", "L", "H"], "UI": ["N", "P", "A"], "AC": ["L", "H"], "AT": ["N", "P"],
        "VC": ["H", "L", "N"], "VI": ["H", "L", "N"], "VA": ["H", "L", "N"], "SC": ["H", "L", "N"],
        "SI": ["S", "H", "L", "N"], "SA": ["S", "H", "L", "N"], "CR": ["H", "M", "L"], "IR": ["H", "M", "L"],
        "AR": ["H", "M", "L"], "E": ["A", "P", "U"],
    ]
    private static let mandatory = ["AV", "AC", "AT", "PR", "UI", "VC", "VI", "VA", "SC", "SI", "SA"]
    /// What an absent threat or environmental metric counts as: the worst case.
    private static let defaults = ["E": "A", "CR": "H", "IR": "H", "AR": "H"]

    static func score(_ metrics: [String: String]) -> Double? {
        guard let values = effectiveValues(metrics) else { return nil }
        if ["VC", "VI", "VA", "SC", "SI", "SA"].allSatisfy({ values[$0] == "N" }) { return 0 }
        let macro = MacroVector(values)
        guard let worst = macro.score else { return nil }
        // How far down each set of metrics lies, as a part of the whole way to the next lower macro vector's score.
        var steps: [Double] = []
        for set in EquivalenceSet.allCases {
            guard let lower = macro.nextLowerScore(set) else { continue }
            let distance = set.worstCases(macro).compactMap { Self.distance(values, from: $0) }.first ?? 0
            steps.append(Double(worst - lower) * Double(distance) / Double(set.depth(macro)))
        }
        let mean = steps.isEmpty ? 0 : steps.reduce(0, +) / Double(steps.count)
        let score = min(max(Double(worst) - mean, 0), 100)
        // Half a tenth rounds up; the small amount is the reference implementation's.
        return (score + 1e-5).rounded() / 10
    }

    private static func effectiveValues(_ metrics: [String: String]) -> [String: String]? {
        var values: [String: String] = [:]
        for name in mandatory {
            guard let value = metrics[name], levels[name]?.contains(value) == true, value != "S" else { return nil }
            values[name] = value
        }
        for (name, worst) in defaults {
            let value = metrics[name] ?? "X"
            guard value == "X" || levels[name]?.contains(value) == true else { return nil }
            values[name] = value == "X" ? worst : value
        }
        // A modified metric stands in for its base metric.
        for name in mandatory {
            guard let value = metrics["M" + name], value != "X" else { continue }
            guard levels[name]?.contains(value) == true else { return nil }
            values[name] = value
        }
        return values
    }

    /// Steps from a worst case down to the vector; nil where the vector is worse than it in any metric.
    private static func distance(_ values: [String: String], from worst: [String: String]) -> Int? {
        var total = 0
        for (name, top) in worst {
            guard let order = levels[name], let value = values[name], let from = order.firstIndex(of: top),
                let to = order.firstIndex(of: value), to >= from
            else { return nil }
            total += to - from
        }
        return total
    }
}
