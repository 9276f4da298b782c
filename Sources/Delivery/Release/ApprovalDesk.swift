import Core
import Foundation

/// Decides whether a release has the yes that its environment wants.
struct ApprovalDesk {
    enum Answer {
        case notNeeded
        case granted(ReleaseApproval)
        /// Somebody at the terminal is to be asked.
        case ask
    }

    let environment: EnvironmentSettings
    let clock: ReleaseClock

    /// - Throws: `SlipwayError` (`.waiting`) where there is no valid approval and nobody to ask.
    func decide(_ approval: ReleaseApproval?, plan: ReleasePlan, canAsk: Bool) throws -> Answer {
        guard let rule = environment.approval else { return .notNeeded }
        guard let approval else {
            if canAsk { return .ask }
            throw SlipwayError(
                .waiting,
                "A release to \(environment.name) needs approval, and nobody is at a terminal to ask",
                why: "slipway.yml says so; nothing was changed",
                next: "Look at the plan with --dry-run, then approve it by running the same command with --yes."
            )
        }
        if let expected = approval.plan, expected != plan.changeFingerprint {
            if canAsk { return .ask }
            throw void("it was given for another plan")
        }
        guard rule.by.isEmpty || rule.by.contains(approval.by) else {
            throw void("\(approval.by) may not approve; slipway.yml names \(rule.by.joined(separator: ", "))")
        }
        guard approval.at.addingTimeInterval(rule.expires) > clock.date() else {
            throw void("it was given more than \(DurationText.format(rule.expires)) ago")
        }
        return .granted(approval)
    }

    private func void(_ why: String) -> SlipwayError {
        SlipwayError(
            .waiting,
            "The approval for \(environment.name) does not hold; nothing was changed",
            why: why,
            next: "Let somebody who may approve run the same command."
        )
    }
}
