import CPostgres
import Foundation

/// A connection as its own thread sees it. Calls block that thread, never longer than `limit`.
final class PostgresSession {
    /// Statements one connection keeps prepared; filters make them differ, not clients.
    private static let preparedCapacity = 256

    private let handle: OpaquePointer
    private let address: PostgresAddress
    private var prepared: [String: String] = [:]
    /// Nothing can be asked over it any more.
    private(set) var isBroken = false
    /// How long the server may take for one statement; nil for the work of the operator.
    var limit: Duration?

    /// Connects. - Throws: `PostgresError` in libpq's words.
    init(_ address: PostgresAddress, limit: Duration?) throws {
        guard let handle = address.connect() else {
            throw PostgresError(kind: .connection, message: "no memory for a connection")
        }
        self.handle = handle
        self.address = address
        self.limit = limit
        guard PQstatus(handle) == CONNECTION_OK, PQsetnonblocking(handle, 1) == 0 else {
            throw PostgresError(kind: .connection, message: address.clean(String(cString: PQerrorMessage(handle))))
        }
        // By default libpq writes the server's notices to the standard error.
        PQsetNoticeProcessor(handle, { _, _ in }, nil)
    }

    deinit {
        PQfinish(handle)
    }

    var serverVersion: Int { Int(PQserverVersion(handle)) }

    /// Whether the other side has not hung up since the last answer. Costs one system call.
    var isAlive: Bool {
        var descriptor = pollfd(fd: PQsocket(handle), events: Int16(POLLIN), revents: 0)
        // Nothing was asked, so what there is to read is a farewell.
        isBroken = isBroken || poll(&descriptor, 1, 0) != 0 || PQtransactionStatus(handle) != PQTRANS_IDLE
        return !isBroken
    }

    // MARK: Statements

    func query(_ sql: String, _ values: [PostgresValue] = []) throws -> [PostgresRow] {
        try run(sql, values).rows
    }

    /// - Returns: how many rows were touched.
    @discardableResult
    func execute(_ sql: String, _ values: [PostgresValue] = []) throws -> Int {
        try run(sql, values).affected
    }

    /// Several statements at once, of ours, without values.
    func script(_ sql: String) throws {
        _ = try answer { PQsendQuery(handle, sql) }
    }

    /// Rolled back when `body` throws.
    func transaction<Value>(_ mode: String = "", _ body: () throws -> Value) throws -> Value {
        try script("BEGIN \(mode)")
        do {
            let value = try body()
            try script("COMMIT")
            return value
        } catch {
            // The server does the same by itself when the connection is gone.
            if !isBroken { try? script("ROLLBACK") }
            throw error
        }
    }

    private func run(_ sql: String, _ values: [PostgresValue]) throws -> PostgresResult {
        let name = try prepare(sql, values)
        return try withParameters(values) { bytes, lengths, formats in
            try answer { PQsendQueryPrepared(handle, name, Int32(values.count), bytes, lengths, formats, 1) }
        }
    }

    private func prepare(_ sql: String, _ values: [PostgresValue]) throws -> String {
        if let name = prepared[sql] { return name }
        if prepared.count >= Self.preparedCapacity {
            try script("DEALLOCATE ALL")
            prepared.removeAll()
        }
        let name = "s\(prepared.count)"
        _ = try answer { PQsendPrepare(handle, name, sql, Int32(values.count), values.map(\.type)) }
        prepared[sql] = name
        return name
    }

    private typealias Pointers = UnsafePointer<UnsafePointer<CChar>?>

    private func withParameters<Result>(
        _ values: [PostgresValue],
        _ body: (Pointers, UnsafePointer<Int32>, UnsafePointer<Int32>) throws -> Result
    ) throws -> Result {
        // All values one after the other in one buffer that stays where it is meanwhile.
        var buffer: [UInt8] = []
        var ranges: [Range<Int>?] = []
        for value in values {
            guard let bytes = value.encoded else {
                ranges.append(nil)
                continue
            }
            ranges.append(buffer.count..<buffer.count + bytes.count)
            buffer += bytes
        }
        // An empty text needs an address too.
        buffer.append(0)
        let lengths = ranges.map { Int32($0?.count ?? 0) }
        return try buffer.withUnsafeBytes { buffer in
            let start = buffer.baseAddress?.assumingMemoryBound(to: CChar.self)
            let pointers = ranges.map { range in range.flatMap { start?.advanced(by: $0.lowerBound) } }
            return try body(pointers, lengths, [Int32](repeating: 1, count: values.count))
        }
    }

    // MARK: Waiting

    /// Sends, and waits for the whole answer; of several results the last one counts, or the first failure.
    private func answer(_ send: () -> Int32) throws -> PostgresResult {
        guard !isBroken else { throw PostgresError(kind: .connection, message: "the connection is closed") }
        guard send() == 1 else { throw lost() }
        let deadline = limit.map { ContinuousClock.now + $0 }
        var last: PostgresResult?
        var failure: PostgresError?
        while let handle = try nextResult(until: deadline) {
            let result = PostgresResult(owning: handle)
            switch result.status {
            case PGRES_COMMAND_OK, PGRES_TUPLES_OK, PGRES_EMPTY_QUERY: last = result
            default: failure = failure ?? error(of: result)
            }
        }
        if let failure { throw failure }
        guard let last else { throw lost() }
        return last
    }

    private func nextResult(until deadline: ContinuousClock.Instant?) throws -> OpaquePointer? {
        while true {
            let unsent = PQflush(handle)
            guard unsent >= 0 else { throw lost() }
            if unsent == 0, PQisBusy(handle) == 0 { return PQgetResult(handle) }
            try wait(toWrite: unsent == 1, until: deadline)
            guard PQconsumeInput(handle) == 1 else { throw lost() }
        }
    }

    private func wait(toWrite: Bool, until deadline: ContinuousClock.Instant?) throws {
        var descriptor = pollfd(
            fd: PQsocket(handle),
            events: Int16(POLLIN) | (toWrite ? Int16(POLLOUT) : 0),
            revents: 0
        )
        while true {
            let left = deadline.map { ContinuousClock.now.duration(to: $0) / .milliseconds(1) }
            let ready = poll(&descriptor, 1, left.map { Int32(max(0, min($0.rounded(.up), 1e9))) } ?? -1)
            if ready > 0 { return }
            if ready < 0, errno == EINTR { continue }
            isBroken = true
            throw PostgresError(kind: .timedOut, message: "no answer within \(limit ?? .zero)")
        }
    }

    private func lost() -> PostgresError {
        isBroken = true
        let reason = address.clean(String(cString: PQerrorMessage(handle)))
        return PostgresError(kind: .connection, message: reason.isEmpty ? "the connection is lost" : reason)
    }

    private func error(of result: PostgresResult) -> PostgresError {
        let (code, message) = result.failure
        guard let code else { return lost() }
        if PostgresError.endsTheConnection(code) || PQstatus(handle) != CONNECTION_OK { isBroken = true }
        return PostgresError(kind: .refused(code: code), message: message)
    }
}
