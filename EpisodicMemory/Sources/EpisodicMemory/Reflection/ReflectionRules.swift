import Foundation

/// The rules by which remembered failures become advice.
///
/// A failure's weight is its evidence that the proposed action fails again:
///
///     weight = situation × action × circumstances × repetition × trust
///
/// - *situation*: how similar its goal is, by words or vector, the greater of the two;
/// - *action*: 0.4 + 0.6 × similarity of the proposed action to the nearest action of the failure. A similar goal
///   with an unrelated action is a reason to look, never one to stop;
/// - *circumstances*: 1, less up to 0.3 for what differs between the current state and the failure's environment,
///   and × 0.7 when the failure used only other tools: what failed elsewhere may work here;
/// - *repetition*: from 1 up to 1.25 with the logarithm of the occurrences: the tenth failure adds less than the
///   second;
/// - *trust*: from 0.5 to 1.1 by feedback: advice that did not help weighs less.
///
/// Successes with the same goal and a similar action speak for it: they lower the weight by up to half.
enum ReflectionRules {
    /// As good as the same thing: stop, when no way around it is known.
    static let blockThreshold = 0.75
    /// Likely the same thing. Below this, half of what is alike by words is unrelated.
    static let rewriteThreshold = 0.55
    /// Worth a sentence.
    static let hintThreshold = 0.3

    static func weight(
        _ hit: SearchHit,
        actionSimilarity: Double,
        tool: String?,
        hasState: Bool,
        counterEvidence: Double
    ) -> Double {
        let episode = hit.stored.episode
        let history = hit.stored.history
        let action = 0.4 + 0.6 * actionSimilarity
        var circumstances = 1.0
        if hasState, !episode.environmentInfo.isEmpty { circumstances -= 0.3 * (1 - hit.scores.precondition) }
        if let tool, !episode.toolChain.isEmpty, !episode.toolChain.contains(tool) { circumstances *= 0.7 }
        let repetition = 1 + min(0.25, 0.08 * log2(Double(max(1, history.occurrences))))
        let trust = min(1.1, 0.5 + Scores.usage(helped: history.helped, notHelped: history.notHelped))
        let weight = hit.scores.similarity * action * circumstances * repetition * trust
        return min(1, weight * (1 - 0.5 * counterEvidence))
    }

    /// The failures come heaviest first.
    static func verdict(_ failures: [MatchedFailure]) -> Verdict {
        guard let worst = failures.first, worst.weight >= hintThreshold else {
            return Verdict(
                decision: .proceed,
                confidence: 1 - (failures.first?.weight ?? 0),
                rationale: failures.isEmpty
                    ? "No failure with a similar goal is remembered."
                    : "The failures that are remembered differ too much to speak against this.",
                suggestedAction: nil,
                failures: failures
            )
        }
        let suggestion = suggestion(failures)
        let decision: Decision =
            if worst.weight >= rewriteThreshold, suggestion != nil {
                .rewrite
            } else if worst.weight >= blockThreshold {
                .block
            } else {
                .hint
            }
        return Verdict(
            decision: decision,
            confidence: worst.weight,
            rationale: rationale(worst, decision, suggestion != nil),
            suggestedAction: suggestion,
            failures: failures
        )
    }

    /// What the heaviest failure that knows a way says: the resolution it came with, or the success that followed.
    private static func suggestion(_ failures: [MatchedFailure]) -> String? {
        for failure in failures where failure.weight >= hintThreshold {
            if !failure.hit.stored.episode.resolution.isEmpty { return failure.hit.stored.episode.resolution }
            guard let way = failure.way?.episode else { continue }
            if !way.resolution.isEmpty { return way.resolution }
            if !way.actionsTaken.isEmpty { return way.actionsTaken.joined(separator: "; ") }
        }
        return nil
    }

    private static func rationale(_ worst: MatchedFailure, _ decision: Decision, _ hasWay: Bool) -> String {
        let episode = worst.hit.stored.episode
        let times = worst.hit.stored.history.occurrences == 1 ? "once" : "\(worst.hit.stored.history.occurrences) times"
        let error = episode.errorClass.isEmpty ? "It failed" : "It failed with \(episode.errorClass)"
        let alike = Int((worst.actionSimilarity * 100).rounded())
        let closing =
            switch decision {
            case .block: "No way around it is known, so do not repeat it."
            case .rewrite: "A way around it is known: take that instead."
            case .hint where hasWay: "A way around it is known, should the same happen."
            case .hint, .proceed: "Keep it in mind."
            }
        return "\(error) \(times) while pursuing '\(episode.goal.prefix(160))' "
            + "(situation \(Int((worst.hit.scores.similarity * 100).rounded())) % alike, action \(alike) %). \(closing)"
    }
}
