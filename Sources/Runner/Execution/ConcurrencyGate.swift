import Core
import Crypto
import Foundation
import Workflows

/// `concurrency`: lets one run or job of a group go on at a time, across all processes on this machine.
///
/// While one holds the group, one more may wait; a newer one takes the waiting one's place, unless the group queues.
struct ConcurrencyGate: Sendable {
    enum Admission: Sendable {
        case admitted(FileLock)
        /// A newer one took the place, or the work was stopped.
        case displaced
    }

    private let base: String
    private let group: ConcurrencyDefinition.Group
    private let token = UUID().uuidString

    /// A gate to the group in a scope: groups of different scopes (repositories) are different.
    init(_ group: ConcurrencyDefinition.Group, scope: String, state: StateDirectory) throws {
        self.group = group
        let folder = state.url.appending(path: "locks")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let name = SHA256.hash(data: Data("\(scope)\0\(group.name.lowercased())".utf8)).hexadecimal.prefix(32)
        base = folder.appending(path: "group-\(name)").path
    }

    private var lock: URL { URL(filePath: "\(base).lock") }
    private var pending: String { "\(base).pending" }
    private var holder: String { "\(base).holder" }
    private func cancelRequest(_ token: String) -> String { "\(base).cancel-\(token)" }

    /// Waits until the group is free.
    func enter(stop: StopSignal, notice: (String) -> Void) async throws -> Admission {
        if group.queue == .max { return try await enterQueue(stop: stop, notice: notice) }
        if let lock = try FileLock.attempt(lock) { return try admit(lock) }
        try write(token, to: pending)
        notice("waits for the concurrency group \"\(group.name)\"")
        var asked: String?
        while !stop.isStopped {
            if group.cancelInProgress, let current = read(holder), current != asked {
                try write("", to: cancelRequest(current))
                asked = current
            }
            if let lock = try FileLock.attempt(lock) { return try admit(lock) }
            if let other = read(pending), other != token { return .displaced }
            await Self.pause(stop)
        }
        return .displaced
    }

    /// Waits in line: who comes first goes first, however many wait, up to GitHub's limit.
    private func enterQueue(stop: StopSignal, notice: (String) -> Void) async throws -> Admission {
        let queue = ConcurrencyQueue(at: "\(base).queue")
        guard let ticket = try queue.join() else { return .displaced }
        defer { queue.leave(ticket) }
        var told = false
        while !stop.isStopped {
            if try queue.isFirst(ticket), let lock = try FileLock.attempt(lock) { return try admit(lock) }
            if !told { notice("waits in line for the concurrency group \"\(group.name)\"") }
            told = true
            await Self.pause(stop)
        }
        return .displaced
    }

    /// Returns when another one asks the holder to stop (`cancel-in-progress`), or the task is cancelled.
    func waitForCancelRequest(stop: StopSignal) async {
        while !Task.isCancelled, !stop.isStopped {
            if FileManager.default.fileExists(atPath: cancelRequest(token)) {
                stop.stop(.cancelled)
                return
            }
            await Self.pause(stop)
        }
    }

    func leave() {
        if read(holder) == token { try? FileManager.default.removeItem(atPath: holder) }
        try? FileManager.default.removeItem(atPath: cancelRequest(token))
    }

    private func admit(_ lock: FileLock) throws -> Admission {
        try write(token, to: holder)
        if read(pending) == token { try? FileManager.default.removeItem(atPath: pending) }
        return .admitted(lock)
    }

    private func write(_ text: String, to path: String) throws {
        try Data(text.utf8).write(to: URL(filePath: path), options: .atomic)
    }

    private func read(_ path: String) -> String? {
        FileManager.default.contents(atPath: path).map { String(decoding: $0, as: UTF8.self) }
    }

    /// Other processes can only be watched by looking again and again.
    private static func pause(_ stop: StopSignal) async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await stop.wait() }
            group.addTask { try? await Task.sleep(for: .milliseconds(100)) }
            await group.next()
            group.cancelAll()
        }
    }
}
