import Foundation
import Synchronization

/// Brings ledgers to the disk in the background: what was asked for while the disk was busy is flushed once.
///
/// A killed engine loses nothing that was written; only a power failure can lose the moments before a flush.
enum LedgerFlusher {
    private static let queue = DispatchQueue(label: "ledger-flusher", qos: .utility)
    private static let pending = Mutex<Set<String>>([])

    static func flush(_ ledger: StepLedger) {
        let path = ledger.file.path
        guard pending.withLock({ $0.insert(path).inserted }) else { return }
        queue.async {
            // What is appended from now on asks anew.
            _ = pending.withLock { $0.remove(path) }
            ledger.flush()
        }
    }
}
