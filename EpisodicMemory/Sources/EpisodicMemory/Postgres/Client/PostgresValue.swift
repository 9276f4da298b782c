import Foundation

/// A value of a statement. It travels beside the statement, in the server's binary form, never in its text.
enum PostgresValue: Sendable {
    case null
    case bool(Bool)
    case integer(Int64)
    case double(Double)
    case text(String)
    case bytes(Data)
    case id(EpisodeID)
    /// A bit string whose length is a multiple of 8.
    case bits([UInt8])
    case texts([String])
    case integers([Int64])
    case doubles([Double])
    case floats([Float])

    static func optional(_ value: Int64?) -> PostgresValue { value.map(PostgresValue.integer) ?? .null }
    static func optional(_ time: Timestamp?) -> PostgresValue { optional(time?.milliseconds) }
    static func optional(_ id: EpisodeID?) -> PostgresValue { id.map(PostgresValue.id) ?? .null }
    static func time(_ time: Timestamp) -> PostgresValue { .integer(time.milliseconds) }

    /// The type's number in every server (`pg_type.dat`).
    var type: UInt32 {
        switch self {
        case .null: 0
        case .bool: PostgresType.bool
        case .integer: PostgresType.integer
        case .double: PostgresType.double
        case .text: PostgresType.text
        case .bytes: PostgresType.bytes
        case .id: PostgresType.uuid
        case .bits: PostgresType.bits
        case .texts: PostgresType.textArray
        case .integers: PostgresType.integerArray
        case .doubles: PostgresType.doubleArray
        case .floats: PostgresType.floatArray
        }
    }

    /// nil for NULL.
    var encoded: [UInt8]? {
        switch self {
        case .null: nil
        case .bool(let value): [value ? 1 : 0]
        case .integer(let value): value.bigEndianBytes
        case .double(let value): value.bitPattern.bigEndianBytes
        case .text(let value): Self.encode(value)
        case .bytes(let value): Array(value)
        case .id(let value): value.bytes
        case .bits(let value): Int32(value.count * 8).bigEndianBytes + value
        case .texts(let values): Self.array(of: PostgresType.text, values.map(Self.encode))
        case .integers(let values): Self.array(of: PostgresType.integer, values.map(\.bigEndianBytes))
        case .doubles(let values): Self.array(of: PostgresType.double, values.map(\.bitPattern.bigEndianBytes))
        case .floats(let values): Self.array(of: PostgresType.float, values.map(\.bitPattern.bigEndianBytes))
        }
    }

    /// PostgreSQL's text cannot hold U+0000, which JSON can say: the replacement character stands for it.
    private static func encode(_ text: String) -> [UInt8] {
        let bytes = Array(text.utf8)
        guard bytes.contains(0) else { return bytes }
        return Array(text.replacing("\0", with: "\u{FFFD}").utf8)
    }

    /// Dimensions, whether there are nulls, the elements' type, how many, the first one's index; then each.
    private static func array(of type: UInt32, _ elements: [[UInt8]]) -> [UInt8] {
        let dimensions: Int32 = elements.isEmpty ? 0 : 1
        var bytes = dimensions.bigEndianBytes + Int32(0).bigEndianBytes + type.bigEndianBytes
        guard !elements.isEmpty else { return bytes }
        bytes.reserveCapacity(20 + elements.reduce(0) { $0 + $1.count + 4 })
        bytes += Int32(elements.count).bigEndianBytes + Int32(1).bigEndianBytes
        for element in elements {
            bytes += Int32(element.count).bigEndianBytes
            bytes += element
        }
        return bytes
    }
}

enum PostgresType {
    static let bool: UInt32 = 16
    static let bytes: UInt32 = 17
    static let integer: UInt32 = 20
    static let text: UInt32 = 25
    static let float: UInt32 = 700
    static let double: UInt32 = 701
    static let textArray: UInt32 = 1009
    static let integerArray: UInt32 = 1016
    static let floatArray: UInt32 = 1021
    static let doubleArray: UInt32 = 1022
    static let bits: UInt32 = 1560
    static let uuid: UInt32 = 2950
}

extension FixedWidthInteger {
    var bigEndianBytes: [UInt8] { withUnsafeBytes(of: bigEndian) { Array($0) } }
}
