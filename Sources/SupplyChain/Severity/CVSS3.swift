import Foundation

/// CVSS versions 3.0 and 3.1, section 7.1: their base scores are the same.
enum CVSS3 {
    private static let weights: [String: [String: Double]] = [
        "AV": ["N": 0.85, "A": 0.62, "L": 0.55, "P": 0.2], "AC": ["L": 0.77, "H": 0.44],
        "UI": ["N": 0.85, "R": 0.62], "C": ["H": 0.56, "L": 0.22, "N": 0], "I": ["H": 0.56, "L": 0.22, "N": 0],
        "A": ["H": 0.56, "L": 0.22, "N": 0],
    ]
    private static let privileges = ["N": 0.85, "L": 0.62, "H": 0.27]
    private static let privilegesChanged = ["N": 0.85, "L": 0.68, "H": 0.5]

    static func baseScore(_ metrics: [String: String]) -> Double? {
        func weight(_ name: String) -> Double? { metrics[name].flatMap { weights[name]?[$0] } }
        guard let scope = metrics["S"], scope == "U" || scope == "C" else { return nil }
        let changed = scope == "C"
        guard let vector = weight("AV"), let complexity = weight("AC"), let interaction = weight("UI"),
            let confidentiality = weight("C"), let integrity = weight("I"), let availability = weight("A"),
            let privilege = metrics["PR"].flatMap({ (changed ? privilegesChanged : privileges)[$0] })
        else { return nil }
        let base = 1 - (1 - confidentiality) * (1 - integrity) * (1 - availability)
        let impact = changed ? 7.52 * (base - 0.029) - 3.25 * pow(base - 0.02, 15) : 6.42 * base
        guard impact > 0 else { return 0 }
        let exploitability = 8.22 * vector * complexity * privilege * interaction
        return roundUp(min((changed ? 1.08 : 1) * (impact + exploitability), 10))
    }

    /// Rounds up to a tenth as version 3.1 spells it out (appendix A), with integers: a binary fraction's error must not
    /// turn 4.0 into 4.1.
    private static func roundUp(_ value: Double) -> Double {
        let scaled = Int((value * 100_000).rounded())
        if scaled % 10_000 == 0 { return Double(scaled) / 100_000 }
        return Double(scaled / 10_000 + 1) / 10
    }
}
