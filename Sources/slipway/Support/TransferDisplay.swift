import Foundation
import Images
import Synchronization

/// Shows blobs on their way: bars on a terminal, a line for each that has arrived elsewhere.
final class TransferDisplay: Sendable {
    private struct Row {
        let blob: Descriptor
        var moved: Int64 = 0
        var outcome: TransferEvent.Outcome?
    }

    private struct State {
        var rows: [Digest: Row] = [:]
        var order: [Digest] = []
        var drawnLines = 0
        var drawn: ContinuousClock.Instant?
    }

    private let state = Mutex(State())
    private let isTerminal: Bool

    init() {
        isTerminal = isatty(STDERR_FILENO) == 1 && ProcessInfo.processInfo.environment["TERM"] != "dumb"
    }

    var observer: TransferObserver { { [self] in note($0) } }

    private func note(_ event: TransferEvent) {
        state.withLock { state in
            if state.rows[event.blob.digest] == nil {
                state.order.append(event.blob.digest)
                state.rows[event.blob.digest] = Row(blob: event.blob)
            }
            var isDone = false
            switch event.state {
            case .moved(let bytes): state.rows[event.blob.digest]?.moved = bytes
            case .done(let outcome):
                isDone = true
                state.rows[event.blob.digest]?.outcome = outcome
            }
            if isTerminal {
                draw(&state, always: isDone)
            } else if isDone, let row = state.rows[event.blob.digest] {
                Self.write(Self.text(row) + "\n")
            }
        }
    }

    /// At most ten times a second: a bar is to be read.
    private func draw(_ state: inout State, always: Bool) {
        let now = ContinuousClock.now
        if let drawn = state.drawn, !always, now - drawn < .milliseconds(100) { return }
        state.drawn = now
        var text = state.drawnLines > 0 ? "\u{1B}[\(state.drawnLines)A" : ""
        for digest in state.order {
            if let row = state.rows[digest] { text += "\u{1B}[2K\(Self.text(row))\n" }
        }
        state.drawnLines = state.order.count
        Self.write(text)
    }

    private static func text(_ row: Row) -> String {
        let name = row.blob.digest.short
        let size = ByteCount.text(row.blob.size)
        switch row.outcome {
        case .uploaded: return "\(name)  sent (\(size))"
        case .downloaded: return "\(name)  received (\(size))"
        case .present: return "\(name)  was there (\(size))"
        case .mounted: return "\(name)  mounted (\(size))"
        case nil:
            let share = row.blob.size > 0 ? Double(row.moved) / Double(row.blob.size) : 0
            let filled = Int((min(max(share, 0), 1) * 30).rounded(.down))
            let bar = String(repeating: "=", count: filled) + String(repeating: " ", count: 30 - filled)
            return "\(name)  [\(bar)] \(ByteCount.text(row.moved)) of \(size)"
        }
    }

    private static func write(_ text: String) { try? FileHandle.standardError.write(contentsOf: Data(text.utf8)) }
}
