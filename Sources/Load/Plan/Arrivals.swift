import Foundation

/// When requests start, decided before any of them is sent: a slow answer never delays the next request (an open model),
/// as users do not wait for one another.
package struct Arrivals: Sequence, IteratorProtocol {
    package enum Pattern: String, Sendable, CaseIterable {
        /// At equal distances.
        case constant
        /// As independent users come: distances are distributed exponentially.
        case poisson
    }

    private let pattern: Pattern
    private let rate: Double
    private let end: TimeInterval
    private var random: SplitMix64
    private var index = 0
    private var elapsed: TimeInterval = 0

    /// - Parameters:
    ///   - pattern: How they are spread.
    ///   - rate: Requests a second.
    ///   - end: Seconds after which none starts any more.
    ///   - seed: What random distances begin with.
    package init(_ pattern: Pattern, rate: Double, until end: TimeInterval, seed: UInt64) {
        self.pattern = pattern
        self.rate = rate
        self.end = end
        random = SplitMix64(state: seed)
    }

    /// Seconds from the beginning to the next request.
    package mutating func next() -> TimeInterval? {
        switch pattern {
        case .constant:
            // Not a sum of distances, whose roundings would add up.
            elapsed = Double(index) / rate
            index += 1
        case .poisson:
            elapsed += -log(1 - Double.random(in: 0..<1, using: &random)) / rate
        }
        return elapsed < end ? elapsed : nil
    }
}

/// A generator that gives the same numbers for the same seed everywhere (Steele, Lea, Flood: "Fast Splittable
/// Pseudorandom Number Generators", 2014).
private struct SplitMix64: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }
}
