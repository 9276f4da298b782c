import Core
import Foundation
import Kubernetes

extension ReleaseRun {
    /// The rule of the watch that comes next: of a canary's step, where it names a time of its own.
    var watchRule: WatchRule? {
        guard let step = canaryStep else { return record.watchRule }
        if let window = step.watch { return (record.watchRule ?? WatchRule()).with(window: window) }
        return record.watchRule
    }

    /// What follows a watch: a canary's step may have to wait for a time, or for a person.
    mutating func pauseOrAdvance(_ detail: String) async throws {
        if let step = canaryStep {
            if step.pause > 0 {
                context.reporter.report(.step("Pausing for \(DurationText.format(step.pause))"))
                try await context.clock.sleep(step.pause)
            }
            if step.needsApproval {
                let place = "step \((record.step ?? 0) + 1) of \(canarySteps.count) (\(step.text))"
                entry.record.watchVerdict = "\(place) is good (\(detail)) and waits for a person"
                try await enter(.paused, entry.record.watchVerdict)
                throw Self.paused(record)
            }
        }
        try await advance(detail)
    }

    /// Watches the new revision under its users' traffic until the rule has decided.
    mutating func watch() async throws {
        guard let rule = watchRule else { return try await pauseOrAdvance("not watched") }
        let span = DurationText.format(rule.window)
        context.reporter.report(.step("Watching for \(span) at most"))
        let runner = WatchRunner(
            context: context,
            rule: rule,
            deployment: record.subject,
            old: canaryStep == nil ? nil : outgoing,
            releaseBegan: entry.createdAt,
            earlier: record.watch
        )
        let (decision, figures) = try await runner.run()
        entry.record.watch = figures
        switch decision {
        case .promote(let reason):
            entry.record.watchVerdict = reason
            try await pauseOrAdvance(reason)
        case .rollBack(let reason):
            entry.record.watchVerdict = reason
            throw ReleaseFailure(reason: "ErrorRate", message: reason)
        case .pause(let reason):
            entry.record.watchVerdict = reason
            try await enter(.paused, reason)
            throw Self.paused(record)
        case .undecided, .extended:
            throw CancellationError()
        }
    }

    static func paused(_ record: ReleaseRecord) -> SlipwayError {
        SlipwayError(
            .waiting,
            "Release \(record.number) of \(record.environment) waits for a decision; the new version serves",
            why: record.watchVerdict,
            next:
                "Keep it: run the same command with --yes. Go back: slipway deploy --env \(record.environment) --rollback"
        )
    }
}
