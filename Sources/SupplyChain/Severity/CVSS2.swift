/// CVSS version 2.0, section 3.2.1.
enum CVSS2 {
    private static let weights: [String: [String: Double]] = [
        "AV": ["L": 0.395, "A": 0.646, "N": 1], "AC": ["H": 0.35, "M": 0.61, "L": 0.71],
        "Au": ["M": 0.45, "S": 0.56, "N": 0.704], "C": ["N": 0, "P": 0.275, "C": 0.66],
        "I": ["N": 0, "P": 0.275, "C": 0.66], "A": ["N": 0, "P": 0.275, "C": 0.66],
    ]

    static func baseScore(_ metrics: [String: String]) -> Double? {
        func weight(_ name: String) -> Double? { metrics[name].flatMap { weights[name]?[$0] } }
        guard let vector = weight("AV"), let complexity = weight("AC"), let authentication = weight("Au"),
            let confidentiality = weight("C"), let integrity = weight("I"), let availability = weight("A")
        else { return nil }
        let impact = 10.41 * (1 - (1 - confidentiality) * (1 - integrity) * (1 - availability))
        let exploitability = 20 * vector * complexity * authentication
        let factor = impact == 0 ? 0 : 1.176
        let score = (0.6 * impact + 0.4 * exploitability - 1.5) * factor
        // The small amount keeps binary fractions from falling just below a half.
        return ((score + 1e-9) * 10).rounded() / 10
    }
}
