import Core
import Foundation

/// Back-ups in words.
package enum BackupText {
    /// `5 objects, 12.3 MB of data, sealed`
    package static func content(_ backup: Backup) -> String {
        var parts = ["\(backup.objects.count) objects"]
        if let size = backup.dataSize { parts.append("\(bytes(size)) of data") }
        parts.append(backup.isSealed ? "sealed" : "not sealed")
        return parts.joined(separator: ", ")
    }

    package static func table(_ backups: [Backup], at now: Date) -> String {
        let rows = backups.map { backup in
            [
                backup.id, backup.environment, backup.madeAt.formatted(.iso8601),
                backup.expiresAt <= now
                    ? "expired" : "\(Int((backup.expiresAt.timeIntervalSince(now) / 86_400).rounded(.up))) d",
                content(backup), backup.image ?? "-",
            ]
        }
        return TextTable.text([["BACKUP", "ENVIRONMENT", "MADE", "KEPT", "CONTENT", "IMAGE"]] + rows)
    }

    package static func json(_ backups: [Backup]) throws -> JSON {
        try JSON(parsing: PayloadCodec.encoder.encode(backups))
    }

    private static func bytes(_ count: Int) -> String {
        switch count {
        case ..<1000: "\(count) B"
        case ..<1_000_000: String(format: "%.1f kB", Double(count) / 1000)
        case ..<1_000_000_000: String(format: "%.1f MB", Double(count) / 1_000_000)
        default: String(format: "%.1f GB", Double(count) / 1_000_000_000)
        }
    }
}
