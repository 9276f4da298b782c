import Synchronization

/// A few connections for many tasks. They are made when they are first needed, and made anew when they break.
final class PostgresPool: Sendable {
    /// Tasks that may wait for a connection; more are refused, since their clients would not wait that long anyway.
    private static let waitingCapacity = 4096
    /// A connection this old is closed after use, so that a server that moved is found under its name again.
    private static let lifetime: Duration = .seconds(1800)

    private struct State {
        var idle: [PostgresConnection] = []
        /// Those in use included.
        var count = 0
        var waiting: [(number: Int, continuation: CheckedContinuation<PostgresConnection?, any Error>)] = []
        var nextNumber = 0
        var isClosed = false
    }

    let address: PostgresAddress
    private let capacity: Int
    private let limit: Duration
    private let prepare: @Sendable (PostgresSession) throws -> Void
    private let state = Mutex(State())

    /// At most `capacity` connections, each of which runs `prepare` first; a task waits for one as long as `limit`,
    /// which holds for a statement too.
    init(
        _ address: PostgresAddress,
        capacity: Int,
        limit: Duration,
        prepare: @escaping @Sendable (PostgresSession) throws -> Void
    ) {
        self.address = address
        self.capacity = capacity
        self.limit = limit
        self.prepare = prepare
    }

    /// Runs `body` on some connection; again when its transaction met another one's and the server gave up on it.
    func run<Value: Sendable>(_ body: @escaping @Sendable (PostgresSession) throws -> Value) async throws -> Value {
        var retries = 3
        return try await lease { connection in
            while true {
                do {
                    return try await connection.run(body)
                } catch let error as PostgresError where error.isTransient && retries > 0 {
                    retries -= 1
                }
            }
        }
    }

    /// Keeps one connection for several pieces of work, so that what the session holds, as a lock, stays held.
    func lease<Value: Sendable>(_ body: (PostgresConnection) async throws -> Value) async throws -> Value {
        // Every connection may have become stale when the server was restarted; the one after them is new.
        for _ in 0..<capacity {
            let connection = try await take()
            defer { giveBack(connection) }
            do {
                return try await body(connection)
            } catch is PostgresConnection.Stale {
                continue
            }
        }
        let connection = try await take()
        defer { giveBack(connection) }
        do {
            return try await body(connection)
        } catch is PostgresConnection.Stale {
            throw PostgresError(kind: .connection, message: "the server hangs up on new connections")
        }
    }

    func close() {
        let (idle, waiting) = state.withLock { state in
            state.isClosed = true
            defer { (state.idle, state.waiting) = ([], []) }
            return (state.idle, state.waiting)
        }
        for connection in idle { connection.close() }
        for waiter in waiting { waiter.continuation.resume(throwing: Self.closed) }
    }

    // MARK: Taking and giving back

    private enum Choice {
        case use(PostgresConnection)
        case make
        case wait
    }

    private func take() async throws -> PostgresConnection {
        while true {
            let choice = try state.withLock { state -> Choice in
                if state.isClosed { throw Self.closed }
                if let connection = state.idle.popLast() { return .use(connection) }
                if state.count < capacity {
                    state.count += 1
                    return .make
                }
                if state.waiting.count >= Self.waitingCapacity { throw exhausted }
                return .wait
            }
            switch choice {
            case .use(let connection): return connection
            case .make: return try await make()
            case .wait: if let connection = try await wait() { return connection }
            }
        }
    }

    private func make() async throws -> PostgresConnection {
        do {
            return try await PostgresConnection.open(address, limit: limit, prepare: prepare)
        } catch {
            forget()
            throw error
        }
    }

    /// - Returns: nil when there is room for another connection now.
    private func wait() async throws -> PostgresConnection? {
        let number = state.withLock { state in
            state.nextNumber += 1
            return state.nextNumber
        }
        let alarm = Task { [limit] in
            try await Task.sleep(for: limit)
            wake(number)?.resume(throwing: exhausted)
        }
        defer { alarm.cancel() }
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                state.withLock { state in
                    state.waiting.append((number, continuation))
                }
                // It may have been cancelled, or something given back, before it stood in the queue.
                if Task.isCancelled { wake(number)?.resume(throwing: CancellationError()) }
                serveWaiting()
            }
        } onCancel: {
            wake(number)?.resume(throwing: CancellationError())
        }
    }

    private func wake(_ number: Int) -> CheckedContinuation<PostgresConnection?, any Error>? {
        state.withLock { state in
            state.waiting.firstIndex { $0.number == number }.map { state.waiting.remove(at: $0).continuation }
        }
    }

    private func giveBack(_ connection: PostgresConnection) {
        let isOld = connection.opened.duration(to: .now) > Self.lifetime
        let isKept = state.withLock { state in
            guard connection.isUsable, !isOld, !state.isClosed else { return false }
            state.idle.append(connection)
            return true
        }
        guard isKept else {
            connection.close()
            forget()
            return
        }
        serveWaiting()
    }

    /// A connection is gone; whoever waits may make another.
    private func forget() {
        state.withLock { $0.count -= 1 }
        serveWaiting()
    }

    private func serveWaiting() {
        let served = state.withLock {
            state -> (CheckedContinuation<PostgresConnection?, any Error>, PostgresConnection?)? in
            guard !state.waiting.isEmpty, !state.idle.isEmpty || state.count < capacity else { return nil }
            return (state.waiting.removeFirst().continuation, state.idle.popLast())
        }
        served.map { continuation, connection in continuation.resume(returning: connection) }
    }

    private var exhausted: PostgresError {
        PostgresError(kind: .exhausted, message: "all \(capacity) connections were busy for \(limit)")
    }

    private static let closed = PostgresError(kind: .connection, message: "the database is closed")
}
