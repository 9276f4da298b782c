/// Writes a `JSON` value as UTF-8 text.
struct JSONWriter {
    let pretty: Bool
    var bytes: [UInt8] = []
    private var depth = 0

    init(pretty: Bool) { self.pretty = pretty }

    mutating func write(_ value: JSON) {
        switch value {
        case .null: append("null")
        case .bool(let flag): append(flag ? "true" : "false")
        case .int(let number): append(String(number))
        case .double(let number): append(Self.text(of: number))
        case .string(let text): writeString(text)
        case .array(let elements):
            writeList(open: "[", close: "]", count: elements.count) { writer, index in writer.write(elements[index]) }
        case .object(let members):
            let keys = members.keys.sorted()
            writeList(open: "{", close: "}", count: keys.count) { writer, index in
                writer.writeString(keys[index])
                writer.append(writer.pretty ? ": " : ":")
                writer.write(members[keys[index]] ?? .null)
            }
        }
    }

    /// JSON has no infinities and no NaN; `null` is what JavaScript writes for them.
    private static func text(of number: Double) -> String {
        guard number.isFinite else { return "null" }
        return number == number.rounded() && abs(number) < 1e15 ? String(Int64(number)) : String(number)
    }

    private mutating func writeList(
        open: StaticString,
        close: StaticString,
        count: Int,
        element: (inout JSONWriter, Int) -> Void
    ) {
        append("\(open)")
        depth += 1
        for index in 0..<count {
            if index > 0 { append(",") }
            newLine()
            element(&self, index)
        }
        depth -= 1
        if count > 0 { newLine() }
        append("\(close)")
    }

    private mutating func newLine() {
        guard pretty else { return }
        append("\n")
        bytes.append(contentsOf: repeatElement(UInt8(ascii: " "), count: depth * 2))
    }

    private mutating func append(_ text: String) { bytes.append(contentsOf: text.utf8) }

    private mutating func writeString(_ text: String) {
        bytes.append(UInt8(ascii: "\""))
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""): append("\\\"")
            case UInt8(ascii: "\\"): append("\\\\")
            case 0x0A: append("\\n")
            case 0x0D: append("\\r")
            case 0x09: append("\\t")
            case 0..<0x20: append("\\u00" + (byte < 16 ? "0" : "") + String(byte, radix: 16))
            default: bytes.append(byte)
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }
}
