import Foundation

/// Sequential evidence that a true error rate lies above a limit p₀: a mixture of likelihood ratios.
///
/// For errors k among n requests, a grid of alternatives q_j > p₀ and weights w_j that sum to 1,
/// `E = Σ w_j (q_j/p₀)^k ((1−q_j)/(1−p₀))^(n−k)`. For every true rate of at most p₀ this is a non-negative
/// supermartingale that starts at 1, so by Ville's inequality the chance that E *ever* reaches 1/α is at most α,
/// however often and whenever one looks. A plain threshold looked at after every scrape has no such bound.
package struct ExceedsLimitTest: Sendable, Hashable {
    /// p₀, in (0, 1).
    package let limit: Double
    /// α: the largest chance of ever rejecting a release whose true rate is within the limit.
    package let falseAlarm: Double
    private let mixture: LikelihoodMixture

    /// Alternatives from "a little too many" to "almost everything fails", with equal weights. With p₀ = 1 % and ten
    /// requests a second they find 5 % in half a minute and 2 % in two and a half minutes (median).
    private static let multiples = [1.5, 2, 3, 5, 10, 20, 50]

    package init(limit: Double, falseAlarm: Double) {
        self.limit = limit
        self.falseAlarm = falseAlarm
        let alternatives = Self.multiples.map { $0 * limit }.filter { $0 < 0.99 }
        // A limit so high that no multiple fits still needs one alternative above it.
        mixture = LikelihoodMixture(null: limit, alternatives: alternatives + [(1 + limit) / 2])
    }

    /// ln E. Figures overflow as numbers, never as logarithms.
    package func logEvidence(errors: Int, requests: Int) -> Double {
        mixture.logRatio(errors: errors, requests: requests)
    }

    /// E ≥ 1/α: the error rate is above the limit.
    package func rejects(errors: Int, requests: Int) -> Bool {
        logEvidence(errors: errors, requests: requests) >= -log(falseAlarm)
    }
}

/// Sequential evidence that a true error rate lies below a limit p₁, for ending the watch of a good release early.
///
/// The mirror image of ``ExceedsLimitTest``, with alternatives g < p₁: the chance of ever promoting a release whose
/// true rate is p₁ or more is at most β.
package struct WithinLimitTest: Sendable, Hashable {
    package let limit: Double
    /// β: the largest chance of ever accepting a release whose true rate is at the limit or above.
    package let falsePromotion: Double
    private let mixture: LikelihoodMixture

    package init(limit: Double, falsePromotion: Double) {
        self.limit = limit
        self.falsePromotion = falsePromotion
        mixture = LikelihoodMixture(null: limit, alternatives: [0.05, 0.2, 0.5].map { $0 * limit })
    }

    package func logEvidence(errors: Int, requests: Int) -> Double {
        mixture.logRatio(errors: errors, requests: requests)
    }

    package func accepts(errors: Int, requests: Int) -> Bool {
        logEvidence(errors: errors, requests: requests) >= -log(falsePromotion)
    }
}

/// ln Σ w_j Π (likelihood under q_j / likelihood under the null), with equal weights, computed in logarithms.
struct LikelihoodMixture: Sendable, Hashable {
    /// ln(q_j/p₀) and ln((1−q_j)/(1−p₀)).
    private let errorTerms: [Double]
    private let successTerms: [Double]

    init(null: Double, alternatives: [Double]) {
        errorTerms = alternatives.map { log($0 / null) }
        successTerms = alternatives.map { log1p(-$0) - log1p(-null) }
    }

    func logRatio(errors: Int, requests: Int) -> Double {
        let errors = Double(errors)
        let successes = Double(requests) - errors
        let terms = zip(errorTerms, successTerms).map { errors * $0 + successes * $1 }
        guard let largest = terms.max() else { return 0 }
        let sum = terms.reduce(0) { $0 + exp($1 - largest) }
        return largest + log(sum / Double(terms.count))
    }
}
