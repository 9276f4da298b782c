import Dispatch
import Synchronization

/// A connection with a thread to wait on, so that no thread of the cooperative pool waits for the network.
///
/// `@unchecked Sendable`: the session is touched on `queue` alone, one piece of work after the other.
final class PostgresConnection: @unchecked Sendable {
    /// The other side hung up while the connection was idle. Nothing was sent: another connection may be tried.
    struct Stale: Error {}

    let opened = ContinuousClock.now
    private let queue = DispatchQueue(label: "episodic-memory.postgres")
    private var session: PostgresSession?
    private let usable = Atomic(true)

    /// Connects, and makes the session ready with `prepare`.
    static func open(
        _ address: PostgresAddress,
        limit: Duration?,
        prepare: @escaping @Sendable (PostgresSession) throws -> Void
    ) async throws -> PostgresConnection {
        let connection = PostgresConnection()
        try await connection.onQueue {
            let session = try PostgresSession(address, limit: limit)
            try prepare(session)
            connection.session = session
        }
        return connection
    }

    /// Whether it was in order when it was last used.
    var isUsable: Bool { usable.load(ordering: .acquiring) }

    /// Runs `body` on the connection's thread.
    ///
    /// - Throws: `Stale`, and what `body` throws.
    func run<Value: Sendable>(_ body: @escaping @Sendable (PostgresSession) throws -> Value) async throws -> Value {
        try await onQueue {
            guard let session = self.session, session.isAlive else {
                self.usable.store(false, ordering: .releasing)
                throw Stale()
            }
            defer { if session.isBroken { self.usable.store(false, ordering: .releasing) } }
            return try body(session)
        }
    }

    func close() {
        queue.async { self.session = nil }
    }

    private func onQueue<Value: Sendable>(_ work: @escaping @Sendable () throws -> Value) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            queue.async { continuation.resume(with: Result { try work() }) }
        }
    }
}
