import Foundation

/// An interval for the true error rate that is valid at every moment at once, not only at one chosen in advance.
///
/// All q with `B(a+k, b+n−k)/B(a,b) < q^k (1−q)^(n−k)/α`: the beta-binomial mixture of Robbins, with the chance that
/// the true rate is *ever* outside of at most α.
package struct ConfidenceSequence: Sendable, Hashable {
    package let alpha: Double
    /// The prior's weight: a Jeffreys prior, so that the interval is sharp near zero, where error rates live.
    private let a = 0.5
    private let b = 0.5

    package init(alpha: Double) { self.alpha = alpha }

    package func interval(errors: Int, requests: Int) -> ClosedRange<Double> {
        guard requests > 0, errors >= 0, errors <= requests else { return 0...1 }
        let k = Double(errors)
        let m = Double(requests - errors)
        let bound = Self.logBeta(a + k, b + m) - Self.logBeta(a, b) + log(alpha)
        /// The log likelihood less the bound: positive inside the interval, and concave in q.
        func inside(_ q: Double) -> Bool {
            (k == 0 ? 0 : k * log(q)) + (m == 0 ? 0 : m * log1p(-q)) > bound
        }
        let mode = k / (k + m)
        let low = k == 0 ? 0 : Self.edge(outside: 0, inside: mode, holds: inside)
        let high = m == 0 ? 1 : Self.edge(outside: 1, inside: mode, holds: inside)
        return low...max(low, high)
    }

    /// The point between an outside and an inside value where `holds` changes, to about twelve digits.
    private static func edge(outside: Double, inside: Double, holds: (Double) -> Bool) -> Double {
        var outside = outside
        var inside = inside
        for _ in 0..<60 {
            let middle = (outside + inside) / 2
            if holds(middle) { inside = middle } else { outside = middle }
        }
        return outside
    }

    private static func logBeta(_ x: Double, _ y: Double) -> Double { lgamma(x) + lgamma(y) - lgamma(x + y) }
}
