import CPostgres
import Foundation

/// The rows of an answer, in binary form. It stays on the connection's thread.
final class PostgresResult {
    private let handle: OpaquePointer

    init(owning handle: OpaquePointer) {
        self.handle = handle
    }

    deinit {
        PQclear(handle)
    }

    var status: ExecStatusType { PQresultStatus(handle) }

    var rows: [PostgresRow] { (0..<PQntuples(handle)).map { PostgresRow(result: self, row: $0) } }

    /// How many rows an INSERT, UPDATE or DELETE touched.
    var affected: Int { Int(String(cString: PQcmdTuples(handle))) ?? 0 }

    /// What the server says went wrong: its code and its first sentence, which quotes no values.
    var failure: (code: String?, message: String) {
        func field(_ letter: Character) -> String? {
            guard let code = letter.asciiValue, let text = PQresultErrorField(handle, Int32(code)) else { return nil }
            return String(cString: text)
        }
        return (field("C"), field("M") ?? "no message")
    }

    /// nil for NULL.
    fileprivate func bytes(_ row: Int32, _ column: Int) throws(PostgresError) -> UnsafeRawBufferPointer? {
        let column = Int32(column)
        guard column < PQnfields(handle) else { throw .malformed("there is no column \(column)") }
        guard PQgetisnull(handle, row, column) == 0 else { return nil }
        return UnsafeRawBufferPointer(
            start: PQgetvalue(handle, row, column),
            count: Int(PQgetlength(handle, row, column))
        )
    }
}

/// One row. Columns are read by their place; a value of another type than the one asked for is an error.
struct PostgresRow {
    fileprivate let result: PostgresResult
    fileprivate let row: Int32

    func integer(_ column: Int) throws(PostgresError) -> Int64 {
        try required(try optionalInteger(column), column)
    }

    func optionalInteger(_ column: Int) throws(PostgresError) -> Int64? {
        guard let bytes = try bytes(column) else { return nil }
        return try PostgresReader(bytes).last(as: Int64.self)
    }

    func count(_ column: Int) throws(PostgresError) -> Int {
        Int(try integer(column))
    }

    func time(_ column: Int) throws(PostgresError) -> Timestamp {
        Timestamp(milliseconds: try integer(column))
    }

    func optionalTime(_ column: Int) throws(PostgresError) -> Timestamp? {
        try optionalInteger(column).map(Timestamp.init(milliseconds:))
    }

    func double(_ column: Int) throws(PostgresError) -> Double {
        guard let bytes = try bytes(column) else { throw unexpected(column) }
        return Double(bitPattern: try PostgresReader(bytes).last(as: UInt64.self))
    }

    func bool(_ column: Int) throws(PostgresError) -> Bool {
        guard let bytes = try bytes(column), bytes.count == 1 else { throw unexpected(column) }
        return bytes[0] == 1
    }

    func text(_ column: Int) throws(PostgresError) -> String {
        guard let bytes = try bytes(column) else { throw unexpected(column) }
        return String(decoding: bytes, as: UTF8.self)
    }

    func data(_ column: Int) throws(PostgresError) -> Data {
        guard let bytes = try bytes(column) else { throw unexpected(column) }
        return Data(bytes)
    }

    func id(_ column: Int) throws(PostgresError) -> EpisodeID {
        try required(try optionalID(column), column)
    }

    func optionalID(_ column: Int) throws(PostgresError) -> EpisodeID? {
        guard let bytes = try bytes(column) else { return nil }
        guard let id = EpisodeID(stored: Array(bytes)) else { throw unexpected(column) }
        return id
    }

    func texts(_ column: Int) throws(PostgresError) -> [String] {
        guard let bytes = try bytes(column) else { throw unexpected(column) }
        return try PostgresReader(bytes).array { String(decoding: $0, as: UTF8.self) }
    }

    /// An array of `real`, which is read often and so without a step for each element: after the 20 bytes of the
    /// array's head each has its length and its value.
    func optionalFloats(_ column: Int) throws(PostgresError) -> [Float]? {
        guard let bytes = try bytes(column) else { return nil }
        guard bytes.count >= 20, (bytes.count - 20) % 8 == 0 else { throw unexpected(column) }
        return (0..<(bytes.count - 20) / 8).map { index in
            let bits = bytes.loadUnaligned(fromByteOffset: 24 + index * 8, as: UInt32.self)
            return Float(bitPattern: UInt32(bigEndian: bits))
        }
    }

    private func bytes(_ column: Int) throws(PostgresError) -> UnsafeRawBufferPointer? {
        try result.bytes(row, column)
    }

    private func required<Value>(_ value: Value?, _ column: Int) throws(PostgresError) -> Value {
        guard let value else { throw unexpected(column) }
        return value
    }

    private func unexpected(_ column: Int) -> PostgresError {
        .malformed("column \(column) is not of the type that was asked for")
    }
}

/// Reads the server's binary form from front to back.
private struct PostgresReader {
    private var rest: UnsafeRawBufferPointer

    init(_ bytes: UnsafeRawBufferPointer) {
        rest = bytes
    }

    private mutating func next<Value: FixedWidthInteger>(as type: Value.Type) throws(PostgresError) -> Value {
        let size = MemoryLayout<Value>.size
        guard rest.count >= size else { throw .malformed("a value is too short") }
        defer { rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(size)) }
        return Value(bigEndian: rest.loadUnaligned(as: Value.self))
    }

    /// The only value there is.
    func last<Value: FixedWidthInteger>(as type: Value.Type) throws(PostgresError) -> Value {
        guard rest.count == MemoryLayout<Value>.size else { throw .malformed("a number has \(rest.count) bytes") }
        return Value(bigEndian: rest.loadUnaligned(as: Value.self))
    }

    /// An array of one dimension without NULLs.
    func array<Value>(
        _ element: (UnsafeRawBufferPointer) throws(PostgresError) -> Value
    ) throws(PostgresError) -> [Value] {
        var reader = self
        let dimensions = try reader.next(as: Int32.self)
        _ = try reader.next(as: Int32.self)
        _ = try reader.next(as: UInt32.self)
        guard dimensions > 0 else { return [] }
        let count = try reader.next(as: Int32.self)
        _ = try reader.next(as: Int32.self)
        guard dimensions == 1, count >= 0, Int(count) <= reader.rest.count / 4 else {
            throw .malformed("an array has another shape than it should")
        }
        var values: [Value] = []
        values.reserveCapacity(Int(count))
        for _ in 0..<count {
            let size = Int(try reader.next(as: Int32.self))
            guard size >= 0, size <= reader.rest.count else { throw .malformed("an element of an array is missing") }
            values.append(try element(UnsafeRawBufferPointer(rebasing: reader.rest.prefix(size))))
            reader.rest = UnsafeRawBufferPointer(rebasing: reader.rest.dropFirst(size))
        }
        return values
    }
}
