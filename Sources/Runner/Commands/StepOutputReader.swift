import Foundation
import Synchronization

/// Takes a process's output apart into lines, carries out commands, and passes the rest to the log in large pieces.
final class StepOutputReader: Sendable {
    /// A line longer than this is passed on in pieces and cannot be a command.
    private static let maximumLine = 1 << 20

    private struct State {
        var open: [UInt8] = []
        /// Whether the beginning of the open line was passed on already.
        var isTooLong = false
    }

    private let log: StepLog
    private let commands: CommandProcessor
    private let state = Mutex(State())

    init(log: StepLog, commands: CommandProcessor) {
        self.log = log
        self.commands = commands
    }

    func receive(_ chunk: UnsafeBufferPointer<UInt8>) {
        state.withLock { state in
            var rest = chunk[...]
            if !state.open.isEmpty || state.isTooLong {
                guard let end = rest.firstIndex(of: 0x0A) else {
                    extend(&state, with: rest)
                    return
                }
                extend(&state, with: rest[...end])
                complete(&state)
                rest = rest[(end + 1)...]
            }
            let all = commands.hasMatchers
            // Lines that hold no command are left together and written at once.
            var plainStart = rest.startIndex
            var lineStart = rest.startIndex
            while let end = rest[lineStart...].firstIndex(of: 0x0A) {
                let line = rest[lineStart..<end]
                if all || WorkflowCommand.mayBePresent(in: line) {
                    pass(rest[plainStart..<lineStart])
                    process(line, whole: rest[lineStart...end])
                    plainStart = end + 1
                }
                lineStart = end + 1
            }
            pass(rest[plainStart..<lineStart])
            extend(&state, with: rest[lineStart...])
        }
    }

    /// The end of the output ends the last line.
    func finish() {
        state.withLock { state in
            if !state.open.isEmpty {
                state.open.append(0x0A)
                complete(&state)
            }
        }
    }

    private func extend(_ state: inout State, with piece: Slice<UnsafeBufferPointer<UInt8>>) {
        state.open.append(contentsOf: piece)
        if state.open.count > Self.maximumLine, state.open.last != 0x0A {
            state.open.withUnsafeBufferPointer { log.write($0) }
            state.open = []
            state.isTooLong = true
        }
    }

    /// Handles the open line, which ends with its line feed.
    private func complete(_ state: inout State) {
        let line = state.open
        let isTooLong = state.isTooLong
        state.open = []
        state.isTooLong = false
        line.withUnsafeBufferPointer { bytes in
            if !isTooLong, commands.hasMatchers || WorkflowCommand.mayBePresent(in: bytes.dropLast()) {
                process(bytes.dropLast(), whole: bytes[...])
            } else {
                log.write(bytes)
            }
        }
    }

    private func process(
        _ line: Slice<UnsafeBufferPointer<UInt8>>,
        whole: Slice<UnsafeBufferPointer<UInt8>>
    ) {
        let text = String(decoding: line.last == 0x0D ? line.dropLast() : line, as: UTF8.self)
        switch commands.process(text) {
        case .plain: pass(whole)
        case .replaced(let lines): for line in lines { log.line(line) }
        }
    }

    private func pass(_ bytes: Slice<UnsafeBufferPointer<UInt8>>) {
        log.write(UnsafeBufferPointer(rebasing: bytes))
    }
}
