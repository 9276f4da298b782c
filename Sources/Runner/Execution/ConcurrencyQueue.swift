import Core
import Foundation

/// The line in front of a concurrency group with `queue: max`: one file for each that waits, in all processes of this
/// machine, locked as long as its owner lives.
struct ConcurrencyQueue: Sendable {
    /// GitHub keeps as many waiting.
    static let maximum = 100

    private let folder: URL

    struct Ticket: Sendable {
        let number: Int
        fileprivate let lock: FileLock
    }

    init(at path: String) { folder = URL(filePath: path, directoryHint: .isDirectory) }

    /// A place at the end; nil where the line is full.
    func join() throws -> Ticket? {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        return try exclusively {
            let waiting = try living(except: nil)
            guard waiting.count < Self.maximum else { return nil }
            let number = (waiting.max() ?? 0) + 1
            guard let lock = try FileLock.attempt(file(number)) else { return nil }
            return Ticket(number: number, lock: lock)
        }
    }

    func isFirst(_ ticket: Ticket) throws -> Bool {
        try exclusively { try living(except: ticket.number).allSatisfy { $0 > ticket.number } }
    }

    func leave(_ ticket: Ticket) { try? FileManager.default.removeItem(at: file(ticket.number)) }

    private func exclusively<Value>(_ body: () throws -> Value) throws -> Value {
        try FileLock.hold(folder.appendingPathExtension("lock"), body)
    }

    private func file(_ number: Int) -> URL { folder.appending(path: String(number)) }

    /// The numbers of those whose owners live; what the dead left is removed.
    private func living(except own: Int?) throws -> [Int] {
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
        return try names.compactMap(Int.init).filter { number in
            if number == own { return false }
            guard let lock = try FileLock.attempt(file(number)) else { return true }
            try? FileManager.default.removeItem(at: file(number))
            withExtendedLifetime(lock) {}
            return false
        }
    }
}
