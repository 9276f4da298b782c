package import Core

extension ExpressionValue {
    /// The value as `toJSON` writes it: two spaces of indentation, keys in their order.
    package var json: String {
        var writer = ExpressionJSONWriter()
        writer.write(self, depth: 0)
        return String(decoding: writer.bytes, as: UTF8.self)
    }

    /// Reads JSON text, keeping the order of keys; of duplicate keys the first stays.
    ///
    /// - Throws: `ExpressionError` (`.evaluation`) with the line and column of the mistake.
    package init(json text: String) throws {
        var reader = ExpressionJSONReader(text)
        self = try reader.readDocument()
    }

    /// The value of a `JSON` tree, whose keys have no order and come sorted.
    package init(_ json: JSON) {
        switch json {
        case .null: self = .null
        case .bool(let flag): self = .bool(flag)
        case .int(let number): self = .number(Double(number))
        case .double(let number): self = .number(number)
        case .string(let text): self = .string(text)
        case .array(let elements): self = .array(elements.map(ExpressionValue.init))
        case .object(let members):
            self = .object(members.sorted { $0.key < $1.key }.map { ($0.key, ExpressionValue($0.value)) })
        }
    }

    /// The value without order of keys, for storing and for comparing in tests. NaN and infinities become null.
    package var plainJSON: JSON {
        switch self {
        case .null: .null
        case .bool(let flag): .bool(flag)
        case .number(let number): number.isFinite ? Int64(exactly: number).map(JSON.int) ?? .double(number) : .null
        case .string(let text): .string(text)
        case .array(let array): .array(array.elements.map(\.plainJSON))
        case .object(let object):
            .object(
                Dictionary(object.entries.map { ($0.key, $0.value.plainJSON) }, uniquingKeysWith: { first, _ in first })
            )
        }
    }
}

/// Writes values the way the runner's `toJSON` does.
private struct ExpressionJSONWriter {
    var bytes: [UInt8] = []

    mutating func write(_ value: ExpressionValue, depth: Int) {
        switch value {
        case .null: append("null")
        case .bool, .number: append(value.text)
        case .string(let text): writeString(text)
        case .array(let array):
            writeList(array.elements, open: "[", close: "]", depth: depth) { writer, element in
                writer.write(element, depth: depth + 1)
            }
        case .object(let object):
            writeList(object.entries, open: "{", close: "}", depth: depth) { writer, entry in
                writer.writeString(entry.key)
                writer.append(": ")
                writer.write(entry.value, depth: depth + 1)
            }
        }
    }

    private mutating func writeList<Element>(
        _ elements: [Element],
        open: String,
        close: String,
        depth: Int,
        write: (inout Self, Element) -> Void
    ) {
        append(open)
        for (index, element) in elements.enumerated() {
            append(index == 0 ? "\n" : ",\n")
            bytes.append(contentsOf: repeatElement(UInt8(ascii: " "), count: (depth + 1) * 2))
            write(&self, element)
        }
        if !elements.isEmpty {
            append("\n")
            bytes.append(contentsOf: repeatElement(UInt8(ascii: " "), count: depth * 2))
        }
        append(close)
    }

    private mutating func append(_ text: String) { bytes.append(contentsOf: text.utf8) }

    private mutating func writeString(_ text: String) {
        append("\"")
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": append("\\\"")
            case "\\": append("\\\\")
            case "\n": append("\\n")
            case "\r": append("\\r")
            case "\t": append("\\t")
            case "\u{8}": append("\\b")
            case "\u{C}": append("\\f")
            case "\u{0}"..<" ", "\u{85}", "\u{2028}", "\u{2029}":
                let hex = String(scalar.value, radix: 16)
                append("\\u" + String(repeating: "0", count: 4 - hex.count) + hex)
            default: append(String(scalar))
            }
        }
        append("\"")
    }
}
