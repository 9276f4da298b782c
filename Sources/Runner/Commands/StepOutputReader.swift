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
            var start = 0
            if !state.open.isEmpty || state.isTooLong {
                guard let end = Self.lineFeed(in: chunk, from: 0) else {
                    extend(&state, with: chunk)
                    return
                }
                extend(&state, with: Self.part(of: chunk, 0..<(end + 1)))
                complete(&state)
                start = end + 1
            }
            let all = commands.hasMatchers
            // Lines that hold no command are left together and written at once.
            var plainStart = start
            while let end = Self.lineFeed(in: chunk, from: start) {
                let line = Self.part(of: chunk, start..<end)
                if all || WorkflowCommand.mayBePresent(in: line) {
                    log.write(Self.part(of: chunk, plainStart..<start))
                    process(line, whole: Self.part(of: chunk, start..<(end + 1)))
                    plainStart = end + 1
                }
                start = end + 1
            }
            log.write(Self.part(of: chunk, plainStart..<start))
            extend(&state, with: Self.part(of: chunk, start..<chunk.count))
        }
    }

    private static func lineFeed(in bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> Int? {
        guard start < bytes.count, let base = bytes.baseAddress else { return nil }
        return memchr(base + start, 0x0A, bytes.count - start).map { UnsafeRawPointer($0) - UnsafeRawPointer(base) }
    }

    private static func part(of bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) -> UnsafeBufferPointer<UInt8> {
        UnsafeBufferPointer(rebasing: bytes[range])
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

    private func extend(_ state: inout State, with piece: UnsafeBufferPointer<UInt8>) {
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
            let text = Self.part(of: bytes, 0..<(bytes.count - 1))
            if !isTooLong, commands.hasMatchers || WorkflowCommand.mayBePresent(in: text) {
                process(text, whole: bytes)
            } else {
                log.write(bytes)
            }
        }
    }

    private func process(_ line: UnsafeBufferPointer<UInt8>, whole: UnsafeBufferPointer<UInt8>) {
        let text = String(decoding: line.last == 0x0D ? line.dropLast() : line[...], as: UTF8.self)
        switch commands.process(text) {
        case .plain: log.write(whole)
        case .replaced(let lines): for line in lines { log.line(line) }
        }
    }
}
