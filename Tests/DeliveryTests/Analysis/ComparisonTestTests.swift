import Foundation
import Testing

@testable import Delivery

struct ComparisonTestTests {
    /// A generator with a seed of its own: the figures are the same in every run.
    struct Generator: RandomNumberGenerator {
        var state: UInt64
        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var z = state
            z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
            z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
            return z ^ (z >> 31)
        }

        mutating func errors(among requests: Int, rate: Double) -> Int {
            (0..<requests).count { _ in Double.random(in: 0..<1, using: &self) < rate }
        }
    }

    /// Whether the evidence ever reached 1/α within 40 looks.
    private func alarm(new: Double, old: Double, seed: Int, looks: Int = 40) -> Int? {
        var generator = Generator(state: UInt64(seed) &* 7919)
        var test = ComparisonTest(tolerance: 1.25)
        for look in 1...looks {
            test.add(
                new: RequestCount(requests: 50, errors: generator.errors(among: 50, rate: new)),
                old: RequestCount(requests: 100, errors: generator.errors(among: 100, rate: old))
            )
            if test.logEvidence >= log(100) { return look }
        }
        return nil
    }

    @Test func equalVersionsRaiseFewerAlarmsThanPromised() {
        let alarms = (0..<500).count { alarm(new: 0.01, old: 0.01, seed: $0) != nil }
        #expect(alarms <= 5)
    }

    @Test func aSharedOutageIsNobodysFault() {
        let alarms = (0..<300).count { alarm(new: 0.3, old: 0.3, seed: $0) != nil }
        #expect(alarms <= 3)
    }

    @Test func aWorseVersionIsFoundInAFewLooks() {
        let looks = (0..<100).compactMap { alarm(new: 0.1, old: 0.005, seed: $0) }
        #expect(looks.count >= 99)
        #expect(looks.sorted()[looks.count / 2] <= 10)
    }

    @Test func whatTellsNothingMovesNothing() {
        var test = ComparisonTest(tolerance: 1)
        test.add(new: RequestCount(requests: 500, errors: 0), old: RequestCount(requests: 500, errors: 0))
        test.add(new: RequestCount(requests: 500, errors: 500), old: RequestCount())
        test.add(new: RequestCount(), old: RequestCount(requests: 10, errors: 5))
        #expect(test.logEvidence == 0)
    }

    /// By hand: one request each, one error in all. Under ψ the new one has it with probability ψ/(1 + ψ).
    @Test func theSmallestTableIsRight() {
        var test = ComparisonTest(tolerance: 1)
        test.add(new: RequestCount(requests: 1, errors: 1), old: RequestCount(requests: 1, errors: 0))
        let alternatives = [1.5, 2, 3, 5, 10, 30]
        let expected = alternatives.map { 2 * $0 / (1 + $0) }.reduce(0, +) / 6
        #expect(abs(exp(test.logEvidence) - expected) < 1e-9)
    }

    @Test func hugeCountsStayFinite() {
        var test = ComparisonTest(tolerance: 1.25)
        test.add(
            new: RequestCount(requests: 5_000_000, errors: 250_000),
            old: RequestCount(requests: 20_000_000, errors: 200_000)
        )
        #expect(test.logEvidence.isFinite && test.logEvidence > 1000)
    }
}
