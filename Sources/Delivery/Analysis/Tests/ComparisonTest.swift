import Foundation

/// Sequential evidence that the new version fails more often than the old one that serves at the same moment.
///
/// For each look, with m errors in all among n_c requests of the new and n_b of the old version, the number x of the
/// new one's errors has, given m and an odds ratio ψ, the weights `C(n_c,x) C(n_b,m−x) ψ^x` (Fisher's noncentral
/// hypergeometric distribution), whose sum is M(ψ). The product over the looks of `(ψ_j/ψ₀)^x · M(ψ₀)/M(ψ_j)`, averaged
/// over alternatives ψ_j > ψ₀, is a supermartingale for every true ψ ≤ ψ₀. What fails for both, a broken database,
/// cancels out, because only how the errors are shared counts.
package struct ComparisonTest: Sendable, Hashable, Codable {
    /// ψ₀: so many times the old version's odds of failing are tolerated.
    package let tolerance: Double
    private let alternatives: [Double]
    /// ln of each alternative's product.
    private var terms: [Double]

    private static let multiples = [1.5, 2, 3, 5, 10, 30]

    package init(tolerance: Double) {
        self.tolerance = tolerance
        alternatives = Self.multiples.map { $0 * tolerance }
        terms = Array(repeating: 0, count: Self.multiples.count)
    }

    /// Takes what both versions answered in the same span of time.
    package mutating func add(new: RequestCount, old: RequestCount) {
        let errors = new.errors + old.errors
        // Without errors, or with requests on one side only, every ψ explains the split equally well.
        guard errors > 0, new.requests > 0, old.requests > 0 else { return }
        let table = Table(new: new.requests, old: old.requests, errors: errors)
        let base = table.logSum(odds: tolerance)
        for (index, alternative) in alternatives.enumerated() {
            terms[index] += Double(new.errors) * log(alternative / tolerance) + base - table.logSum(odds: alternative)
        }
    }

    /// ln E.
    package var logEvidence: Double {
        let largest = terms.max() ?? 0
        return largest + log(terms.reduce(0) { $0 + exp($1 - largest) } / Double(terms.count))
    }

    /// ln M(ψ) for one look, from the highest weight outwards until nothing more is added: m may be many thousands.
    private struct Table {
        let new: Int
        let old: Int
        let errors: Int

        func logSum(odds: Double) -> Double {
            let low = max(0, errors - old)
            let high = min(new, errors)
            let ratio = log(odds)
            func weight(_ x: Int) -> Double { choose(new, x) + choose(old, errors - x) + Double(x) * ratio }
            let peak = highest(weight, low, high)
            let top = weight(peak)
            var sum = 1.0
            for direction in [-1, 1] {
                var x = peak + direction
                while x >= low, x <= high {
                    let part = exp(weight(x) - top)
                    sum += part
                    // The weights are log-concave: what follows is smaller still.
                    if part < 1e-14 { break }
                    x += direction
                }
            }
            return top + log(sum)
        }

        /// Where the log-concave weights are highest.
        private func highest(_ weight: (Int) -> Double, _ low: Int, _ high: Int) -> Int {
            var (low, high) = (low, high)
            while low < high {
                let middle = (low + high) / 2
                if weight(middle) < weight(middle + 1) { low = middle + 1 } else { high = middle }
            }
            return low
        }

        private func choose(_ n: Int, _ k: Int) -> Double {
            lgamma(Double(n) + 1) - lgamma(Double(k) + 1) - lgamma(Double(n - k) + 1)
        }
    }
}
