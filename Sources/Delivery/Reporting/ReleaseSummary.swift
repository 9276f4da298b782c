import Core
import Foundation

/// How a release ended, on a few lines.
package struct ReleaseSummary {
    let record: ReleaseRecord
    let result: ReleaseOutcome.Result

    package init(_ outcome: ReleaseOutcome) {
        record = outcome.record
        result = outcome.result
    }

    private var took: String {
        DurationText.format((record.finishedAt ?? record.startedAt).timeIntervalSince(record.startedAt))
    }

    /// For a good end.
    package var text: String {
        switch result {
        case .alreadyVerified:
            return "\(record.environment) already runs \(record.image.text), verified by release \(record.number) "
                + "(\((record.finishedAt ?? record.startedAt).formatted(.iso8601))). Nothing to do."
        case .verified:
            var lines = [
                "\(record.environment) runs \(record.image.text): release \(record.number), verified in \(took)."
            ]
            if let target = record.target { lines.append("  back to: release \(target)") }
            if let rollout = record.rollout { lines.append("  rollout: \(ReleaseRun.text(rollout))") }
            if !record.checks.isEmpty { lines.append("  checks:  \(record.checks.count) passed") }
            if let verdict = record.watchVerdict { lines.append("  watch:   \(verdict)") }
            if let approval = record.approval { lines.append("  approved by \(approval.by) (\(approval.via))") }
            lines += record.notes.map { "  note:    \($0)" }
            return lines.joined(separator: "\n")
        case .rolledBack, .failed:
            return ([headline] + details).joined(separator: "\n")
        }
    }

    private var headline: String {
        let why = record.failure?.message ?? "it failed"
        return result == .failed
            ? "Release \(record.number) of \(record.environment) failed before anything was changed: \(why)"
            : "Release \(record.number) of \(record.environment) was rolled back: \(why)"
    }

    private var details: [String] {
        guard let failure = record.failure else { return [] }
        var lines: [String] = []
        if !failure.evidence.isEmpty { lines += ["  evidence:"] + failure.evidence.map { "    \($0)" } }
        if !failure.log.isEmpty { lines += ["  last log lines:"] + failure.log.map { "    \($0)" } }
        if result == .rolledBack {
            lines.append(
                "  \(record.environment) is as it was before: \(record.previousImage ?? "nothing was deployed")"
            )
        }
        return lines
    }

    /// The whole record, for `--json`.
    package func json() throws -> JSON {
        var json = try JSON(parsing: PayloadCodec.encoder.encode(record))
        json["result"] = .string(result.rawValue)
        return json
    }
}

extension ReleaseRecord {
    /// The record as JSON, with dates as text.
    package func json() throws -> JSON { try JSON(parsing: PayloadCodec.encoder.encode(self)) }
}
