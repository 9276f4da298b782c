import Kubernetes

/// The wire format of Protocol Buffers: numbered fields, nothing more.
struct ProtobufReader {
    enum Value {
        case varint(UInt64)
        case fixed64(UInt64)
        case bytes(ArraySlice<UInt8>)
        case fixed32(UInt32)
    }

    private var rest: ArraySlice<UInt8>

    init(_ bytes: ArraySlice<UInt8>) { rest = bytes }

    /// All fields of a message, in their order.
    ///
    /// - Throws: `KubernetesStatusError` (bad request) for bytes that are no message.
    static func fields(of bytes: ArraySlice<UInt8>) throws(KubernetesStatusError) -> [(number: Int, value: Value)] {
        var reader = ProtobufReader(bytes)
        var fields: [(number: Int, value: Value)] = []
        while !reader.rest.isEmpty { fields.append(try reader.next()) }
        return fields
    }

    private static let malformed = KubernetesStatusError.badRequest("the request body is no valid protobuf message")

    private mutating func next() throws(KubernetesStatusError) -> (number: Int, value: Value) {
        let key = try varint()
        guard let number = Int(exactly: key >> 3), number > 0 else { throw Self.malformed }
        switch key & 7 {
        case 0: return (number, .varint(try varint()))
        case 1: return (number, .fixed64(try take(8).reversed().reduce(0) { $0 << 8 | UInt64($1) }))
        case 2:
            guard let count = Int(exactly: try varint()) else { throw Self.malformed }
            return (number, .bytes(try take(count)))
        case 5: return (number, .fixed32(try take(4).reversed().reduce(0) { $0 << 8 | UInt32($1) }))
        default: throw Self.malformed
        }
    }

    private mutating func varint() throws(KubernetesStatusError) -> UInt64 {
        var result: UInt64 = 0
        for shift in stride(from: 0, to: 64, by: 7) {
            guard let byte = rest.popFirst() else { throw Self.malformed }
            result |= UInt64(byte & 0x7F) << UInt64(shift)
            if byte < 0x80 { return result }
        }
        throw Self.malformed
    }

    private mutating func take(_ count: Int) throws(KubernetesStatusError) -> ArraySlice<UInt8> {
        guard count >= 0, count <= rest.count else { throw Self.malformed }
        defer { rest = rest.dropFirst(count) }
        return rest.prefix(count)
    }
}
