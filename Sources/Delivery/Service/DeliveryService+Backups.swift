import Core
import Foundation

/// What of a back-up is put back.
package enum RestorePart: String, Sendable, CaseIterable {
    case all, manifests, data
}

extension DeliveryService {
    /// The environment's back-ups on this machine, newest first.
    package func backups() throws -> [Backup] { try BackupStore(folder: backupFolder).list() }

    /// Removes the back-ups past their time.
    package func pruneBackups() throws -> [Backup] { try BackupStore(folder: backupFolder).prune(at: Date()) }

    /// Puts a back-up back; nil as the outcome where only data was.
    package func restore(_ backup: Backup, _ part: RestorePart, wait: TimeInterval) async throws -> ReleaseOutcome? {
        try await inCluster { context in
            let restore = BackupRestore(context: context, backup: backup)
            var outcome: ReleaseOutcome?
            if part != .data {
                var request = try await restore.request()
                request.wait = wait
                outcome = try await Releaser(context).release(request)
                if outcome?.isGood != true { return outcome }
            }
            if part == .data || part == .all && backup.dataSize != nil {
                guard backup.dataSize != nil else {
                    throw SlipwayError(.invalidInput, "The back-up \(backup.id) holds no data of the service")
                }
                try await restore.restoreData()
            }
            return outcome
        }
    }
}
