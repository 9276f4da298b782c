import Core
import Foundation
import Synchronization

/// The log of one step: masks what is written, keeps it in a file, and hands it to the observer.
final class StepLog: Sendable {
    private struct State {
        var stream: MaskerStream
        /// Masked bytes of a line that is not complete, for the observer.
        var open: [UInt8] = []
        var failure: String?
    }

    let masker: Masker
    private let file: FileHandle
    private let state: Mutex<State>
    private let show: @Sendable (String) -> Void

    /// Makes the file, or throws `SlipwayError` (`.external`); `show` gets whole masked lines.
    init(at url: URL, masker: Masker, show: @escaping @Sendable (String) -> Void) throws {
        self.masker = masker
        self.show = show
        do {
            try FileManager.default.createDirectory(
                at: url.deletingLastPathComponent(),
                withIntermediateDirectories: true
            )
            try Data().write(to: url)
            file = try FileHandle(forWritingTo: url)
        } catch {
            throw SlipwayError(.external, "Cannot write the log \(url.path)", why: error.localizedDescription)
        }
        state = Mutex(State(stream: MaskerStream(masker)))
    }

    /// Writes bytes as they are, masked.
    func write(_ bytes: UnsafeBufferPointer<UInt8>) {
        guard !bytes.isEmpty else { return }
        state.withLock { state in
            var masked: [UInt8] = []
            masked.reserveCapacity(bytes.count + 16)
            state.stream.write(bytes, to: &masked)
            store(masked, in: &state)
        }
    }

    /// Writes a line of ours.
    func line(_ text: String) {
        var text = text + "\n"
        text.withUTF8 { write($0) }
    }

    func group(_ title: String, _ lines: [String]) {
        line("##[group]\(title)")
        for text in lines { line(text) }
        line("##[endgroup]")
    }

    /// Writes what is held back.
    ///
    /// - Returns: why the log is not complete, where it is not.
    func finish() -> String? {
        let failure = state.withLock { state in
            var masked: [UInt8] = []
            state.stream.finish(to: &masked)
            if let last = masked.last ?? state.open.last, last != 0x0A { masked.append(0x0A) }
            store(masked, in: &state)
            return state.failure
        }
        try? file.close()
        return failure
    }

    /// The observer is called under the lock, so that it sees lines in their order.
    private func store(_ masked: [UInt8], in state: inout State) {
        if state.failure == nil {
            do {
                try file.write(contentsOf: masked)
            } catch {
                // A full disk must not hang or crash the step: it goes on, and its result says that the log is cut.
                state.failure = "The log could not be written: \(error.localizedDescription)"
            }
        }
        state.open.append(contentsOf: masked)
        guard let end = state.open.lastIndex(of: 0x0A) else { return }
        let text = String(decoding: state.open[...end], as: UTF8.self)
        state.open.removeFirst(end + 1)
        show(text)
    }
}
