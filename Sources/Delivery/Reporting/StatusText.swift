import Core
import Foundation

/// An environment's status on one screen.
package struct StatusText {
    let status: EnvironmentStatus

    package init(_ status: EnvironmentStatus) { self.status = status }

    package var text: String {
        var lines = ["\(status.environment)  \(status.namespace)/\(status.deployment) on \(status.cluster)"]
        if let image = status.image {
            let revision = status.revision.map { ", revision \($0)" } ?? ""
            let release = status.running.map { ", release \($0.number)" } ?? ", not released by Slipway"
            lines.append("  runs      \(image)\(revision)\(release)")
            lines.append("  pods      \(status.available) of \(status.desired) available")
            if let trouble = status.trouble { lines.append("  trouble   \(trouble)") }
            lines += status.pods.map { "            \($0.isNew ? "new" : "old") \($0.name): \($0.text)" }
        } else {
            lines.append("  nothing is deployed")
        }
        if let verified = status.lastVerified {
            lines.append("  verified  \(verified.image.text) by release \(verified.number)")
        }
        if let unfinished = status.unfinished {
            lines.append(
                "  unfinished release \(unfinished.number) (\(unfinished.image.text)), \(unfinished.state.rawValue), by "
                    + unfinished.author.text
            )
        }
        lines.append("  lock      \(status.holder.map { "held by \($0)" } ?? "free")")
        return lines.joined(separator: "\n")
    }

    package func json() throws -> JSON {
        var json: JSON = [
            "environment": .string(status.environment), "cluster": .string(status.cluster),
            "namespace": .string(status.namespace), "deployment": .string(status.deployment),
            "desired": .int(Int64(status.desired)), "available": .int(Int64(status.available)),
            "pods": .array(
                status.pods.map { ["name": .string($0.name), "status": .string($0.text), "new": .bool($0.isNew)] }
            ),
        ]
        json["image"] = status.image.map(JSON.string)
        json["revision"] = status.revision.map { .int(Int64($0)) }
        json["trouble"] = status.trouble.map(JSON.string)
        json["lockedBy"] = status.holder.map(JSON.string)
        json["running"] = try status.running?.json()
        json["lastVerified"] = try status.lastVerified?.json()
        json["unfinished"] = try status.unfinished?.json()
        return json
    }
}

/// An environment's releases, a line each, newest first.
package struct HistoryText {
    let records: [ReleaseRecord]

    package init(_ records: [ReleaseRecord]) { self.records = records }

    package var text: String {
        let rows = records.map(Self.row)
        let header = ["RELEASE", "STATE", "VERSION", "DIGEST", "COMMIT", "REVISION", "STARTED", "TOOK", "BY", "WHY"]
        return TextTable.text([header] + rows)
    }

    private static func row(_ record: ReleaseRecord) -> [String] {
        let digest = record.image.digest.replacing("sha256:", with: "").prefix(12)
        let took = record.finishedAt.map { DurationText.format($0.timeIntervalSince(record.startedAt)) }
        var row = [String(record.number), record.state.rawValue]
        row.append(record.image.version ?? record.image.tag ?? "-")
        row.append(String(digest))
        row.append(String(record.image.commit?.prefix(12) ?? "-"))
        row.append(record.rollout.map { String($0.revision) } ?? "-")
        row.append(record.startedAt.formatted(.iso8601))
        row.append(took ?? "-")
        row.append(record.author.user)
        let why = record.failure?.message ?? record.watchVerdict ?? ""
        row.append(why.count > 100 ? why.prefix(99) + "…" : why)
        return row
    }
}
