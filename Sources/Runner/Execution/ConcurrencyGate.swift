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

    private var lock: String { "\(base).lock" }
    private var pending: String { "\(base).pending" }
    private var holder: String { "\(base).holder" }
    private func cancelRequest(_ token: String) -> String { "\(base).cancel-\(token)" }

    /// Waits until the group is free.
    func enter(stop: StopSignal, notice: (String) -> Void) async throws -> Admission {
        if let lock = try FileLock.attempt(URL(filePath: lock)) { return try admit(lock) }
        if group.queue == .single { try write(token, to: pending) }
        if group.cancelInProgress, let current = read(holder) { try write("", to: cancelRequest(current)) }
        notice("waits for the concurrency group \"\(group.name)\"")
        while !stop.isStopped {
            if let lock = try FileLock.attempt(URL(filePath: lock)) { return try admit(lock) }
            if group.queue == .single, let other = read(pending), other != token { return .displaced }
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
