import Core
import Foundation

/// One release on a page: what, who, when, each decision with its evidence.
package struct ReleaseText {
    let record: ReleaseRecord

    package init(_ record: ReleaseRecord) { self.record = record }

    package var text: String {
        var lines = [
            "\(record.environment)/\(record.number)  \(record.kind.rawValue), \(record.state.rawValue)  (\(record.id))"
        ]
        lines += facts
        lines.append("  course")
        lines += course
        lines += section("written", record.done.map(\.reference.description))
        lines += section(
            "checks",
            record.checks.map { "\($0.passed ? "ok" : "FAILED") \($0.target): \($0.check) \($0.text)" }
        )
        lines += watch
        if let failure = record.failure {
            lines += section("failed", ["while \(failure.stage.rawValue): \(failure.reason): \(failure.message)"])
            lines += section("evidence", failure.evidence)
            lines += section("last log lines", failure.log)
        }
        return (lines + section("notes", record.notes)).joined(separator: "\n")
    }

    private var facts: [String] {
        var facts = [("image", "\(record.image.text)  \(record.image.reference)")]
        if let commit = record.image.commit { facts.append(("commit", commit)) }
        if let tree = record.image.tree { facts.append(("tree", tree)) }
        facts.append(("before", record.previousImage ?? "nothing was deployed"))
        facts.append(("by", record.author.text))
        if let approval = record.approval {
            let plan = approval.plan.map { ", for plan \($0.prefix(19))" } ?? ""
            facts.append(("approved", "\(approval.by), \(approval.at.formatted(.iso8601)) (\(approval.via)\(plan))"))
        }
        if let strategy = record.strategy, !strategy.isInPlace {
            facts.append(
                ("strategy", "\(strategy.strategy.name): \(strategy.candidate) for \(strategy.outgoing ?? "-")")
            )
        }
        if let target = record.target { facts.append(("back to", "release \(target)")) }
        if let rollout = record.rollout { facts.append(("rollout", ReleaseRun.text(rollout))) }
        if let backup = record.backup { facts.append(("back-up", backup)) }
        return facts.map { "  \($0.0.padding(toLength: 10, withPad: " ", startingAt: 0))\($0.1)" }
    }

    /// Each state with the time it began and, where it is known, how long it lasted.
    private var course: [String] {
        zip(record.transitions, record.transitions.dropFirst().map(Optional.some) + [nil]).map { now, next in
            let span = next.map { " for \(DurationText.format($0.at.timeIntervalSince(now.at)))" } ?? ""
            return "    \(now.at.formatted(.iso8601))  \(now.state.rawValue)\(span)"
                + (now.detail.map { ": \($0)" } ?? "")
        }
    }

    private var watch: [String] {
        guard let figures = record.watch else { return [] }
        let text = WatchText(figures: figures)
        var lines = ["\(text.counted), \(text.interval)"]
        if let latency = figures.latency, let share = latency.share {
            lines.append("\(latency.slow) of \(latency.requests) requests too slow (\(text.percent(share)))")
        }
        if let restarts = figures.restarts { lines.append("\(restarts) restarts") }
        lines += (figures.queries ?? []).map { "\($0.name): \($0.value.map { "\($0)" } ?? "no value")" }
        return section("watch", lines + [record.watchVerdict].compactMap { $0 })
    }

    private func section(_ name: String, _ lines: [String]) -> [String] {
        lines.isEmpty ? [] : ["  \(name)"] + lines.map { "    \($0)" }
    }
}
