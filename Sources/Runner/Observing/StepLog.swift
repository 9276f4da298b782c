import Core
import Foundation
import Synchronization

/// The log of one step: masks what is written, keeps it in a file, and hands it to the observer.
///
/// While a process of the step runs, its supervisor writes the file; this end then follows it (`follow`).
final class StepLog: Sendable {
    enum Mode: Sendable {
        /// An empty log.
        case fresh
        /// What is written goes to the end of what is there.
        case append
        /// The step is done already: nothing more is written.
        case complete
        /// An earlier engine wrote the log up to this length; lines are held back until the step goes on.
        case resume(at: Int)
    }

    private struct State {
        var stream: MaskerStream
        /// Masked bytes of a line that is not complete, for the observer.
        var open: [UInt8] = []
        var failure: String?
        /// Bytes of the file that were written here, or followed.
        var length = 0
        var parts = 0
        var mode: Mode
        /// Lines since the last part that an earlier engine has done.
        var held: [UInt8] = []

        var isSilent: Bool {
            switch mode {
            case .fresh, .append: false
            case .complete, .resume: true
            }
        }
    }

    /// The most that is read at once of what a supervisor has written.
    private static let pieceLength = 256 << 10

    /// Counts from 1.
    let step: Int
    let masker: Masker
    let url: URL
    private let descriptor: Int32
    private let state: Mutex<State>
    private let show: (@Sendable (String) -> Void)?

    /// Opens the file, making it where missing; `show` gets whole masked lines.
    ///
    /// - Throws: `SlipwayError` (`.external`) where it cannot be written.
    init(at url: URL, masker: Masker, step: Int, mode: Mode = .fresh, show: (@Sendable (String) -> Void)?) throws {
        self.masker = masker
        self.step = step
        self.url = url
        self.show = show
        descriptor = try Self.open(url)
        var state = State(stream: MaskerStream(masker), mode: mode)
        switch mode {
        case .fresh: ftruncate(descriptor, 0)
        case .append, .complete, .resume: state.length = Int(lseek(descriptor, 0, SEEK_END))
        }
        self.state = Mutex(state)
    }

    deinit { close(descriptor) }

    private static func open(_ url: URL) throws -> Int32 {
        func attempt() -> Int32 { Foundation.open(url.path, O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC, 0o644) }
        var descriptor = attempt()
        if descriptor < 0, errno == ENOENT {
            try? FileManager.default.createDirectory(
                at: url.deletingLastPathComponent(),
                withIntermediateDirectories: true
            )
            descriptor = attempt()
        }
        guard descriptor >= 0 else {
            throw SlipwayError(.external, "Cannot write the log \(url.path)", why: String(cString: strerror(errno)))
        }
        return descriptor
    }

    // MARK: - Writing

    /// Writes bytes as they are, masked.
    func write(_ bytes: UnsafeBufferPointer<UInt8>) {
        guard !bytes.isEmpty else { return }
        state.withLock { state in
            if state.isSilent {
                if case .resume = state.mode { state.held.append(contentsOf: bytes) }
                return
            }
            mask(bytes, &state)
        }
    }

    private func mask(_ bytes: UnsafeBufferPointer<UInt8>, _ state: inout State) {
        var masked: [UInt8] = []
        masked.reserveCapacity(bytes.count + 16)
        state.stream.write(bytes, to: &masked)
        store(masked, in: &state)
    }

    /// Writes a line of ours.
    func line(_ text: String) {
        var text = text + "\n"
        text.withUTF8 { write($0) }
    }

    func group(_ title: String, _ lines: [String]) {
        line((["##[group]\(title)"] + lines + ["##[endgroup]"]).joined(separator: "\n"))
    }

    /// Bytes of the log so far, all of them in the file.
    var length: Int {
        state.withLock { state in
            flush(&state)
            return state.length
        }
    }

    /// Writes what is held back.
    ///
    /// - Returns: why the log is not complete, where it is not.
    func finish() -> String? {
        goOn(keepsHeldLines: true)
        return state.withLock { state in
            if state.isSilent { return nil }
            flush(&state)
            if let last = state.open.last, last != 0x0A { store([0x0A], in: &state) }
            return state.failure
        }
    }

    private func flush(_ state: inout State) {
        guard !state.isSilent else { return }
        var masked: [UInt8] = []
        state.stream.finish(to: &masked)
        store(masked, in: &state)
    }

    private func store(_ masked: [UInt8], in state: inout State) {
        guard !masked.isEmpty else { return }
        if state.failure == nil {
            var offset = 0
            masked.withUnsafeBytes { bytes in
                while offset < bytes.count {
                    let count = Foundation.write(
                        descriptor,
                        bytes.baseAddress?.advanced(by: offset),
                        bytes.count - offset
                    )
                    if count < 0, errno == EINTR { continue }
                    guard count > 0 else {
                        // A full disk must not hang or crash the step: it goes on, and its result says that the log is
                        // cut.
                        state.failure = "The log could not be written: \(String(cString: strerror(errno)))"
                        return
                    }
                    offset += count
                }
            }
            state.length += offset
        }
        present(masked, &state)
    }

    /// The observer is called under the lock, so that it sees lines in their order.
    private func present(_ masked: [UInt8], _ state: inout State) {
        guard let show else {
            // Only whether the last line is complete is of interest.
            state.open = masked.last.map { [$0] } ?? state.open
            return
        }
        state.open.append(contentsOf: masked)
        guard let end = state.open.lastIndex(of: 0x0A) else { return }
        let text = String(decoding: state.open[...end], as: UTF8.self)
        state.open.removeFirst(end + 1)
        show(text)
    }

    // MARK: - Following a supervisor

    /// Shows what was written to the file by another process, up to a length; by default all that is there.
    func follow(to end: Int? = nil) {
        let end = end ?? size
        var buffer = [UInt8](repeating: 0, count: Self.pieceLength)
        while true {
            let isMore = state.withLock { state in
                guard state.length < end, !state.isSilent else { return false }
                let count = buffer.withUnsafeMutableBytes {
                    pread(descriptor, $0.baseAddress, min($0.count, end - state.length), off_t(state.length))
                }
                guard count > 0 else { return false }
                state.length += count
                present(Array(buffer[..<count]), &state)
                return true
            }
            if !isMore { return }
        }
    }

    private var size: Int {
        var information = stat()
        return fstat(descriptor, &information) == 0 ? Int(information.st_size) : 0
    }

    // MARK: - Parts, and going on after another engine

    /// The key of the next part of the step.
    func beginPart() -> PartKey {
        state.withLock { state in
            state.parts += 1
            return PartKey(step: step, part: state.parts)
        }
    }

    /// The key of the part that runs now.
    var currentPart: PartKey { state.withLock { PartKey(step: step, part: $0.parts) } }

    /// Says that a part was not run but remembered: what was written for it is in the file already.
    func passOver() { state.withLock { $0.held = [] } }

    /// Ends the holding back, at the first part that an earlier engine has not done.
    ///
    /// - Parameters:
    ///   - keepsHeldLines: whether lines since the last part that was done are not in the file yet.
    ///   - cuts: whether the file may hold more than was recorded, which is then written again.
    func goOn(keepsHeldLines: Bool, cuts: Bool = true) {
        state.withLock { state in
            guard case .resume(let length) = state.mode else { return }
            state.mode = .append
            if cuts {
                ftruncate(descriptor, off_t(length))
                state.length = length
            }
            let held = state.held
            state.held = []
            if keepsHeldLines, !held.isEmpty { held.withUnsafeBufferPointer { mask($0, &state) } }
        }
    }
}
