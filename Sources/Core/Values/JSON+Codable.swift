package import Foundation

extension JSON: Codable {
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let value = try? container.decode(String.self) {
            self = .string(value)
        } else if let value = try? container.decode([String: JSON].self) {
            self = .object(value)
        } else if let value = try? container.decode(Int64.self) {
            self = .int(value)
        } else if let value = try? container.decode(Bool.self) {
            self = .bool(value)
        } else if container.decodeNil() {
            self = .null
        } else if let value = try? container.decode([JSON].self) {
            self = .array(value)
        } else {
            self = .double(try container.decode(Double.self))
        }
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .null: try container.encodeNil()
        case .bool(let value): try container.encode(value)
        case .int(let value): try container.encode(value)
        case .double(let value): try container.encode(value)
        case .string(let value): try container.encode(value)
        case .array(let value): try container.encode(value)
        case .object(let value): try container.encode(value)
        }
    }

    /// Parses JSON text.
    ///
    /// - Throws: `SlipwayError` (`.invalidInput`) saying what is wrong with the text.
    package init(parsing data: Data) throws {
        do {
            self = try JSONDecoder().decode(JSON.self, from: data)
        } catch {
            throw SlipwayError(.invalidInput, "This is not valid JSON", why: "\(error)")
        }
    }

    package init(parsing text: String) throws {
        try self.init(parsing: Data(text.utf8))
    }

    /// The value as JSON text with sorted keys and unescaped slashes; the same value gives the same bytes.
    package func data(pretty: Bool = false) -> Data {
        var output = JSONWriter(pretty: pretty)
        output.write(self)
        return Data(output.bytes)
    }

    package func text(pretty: Bool = false) -> String {
        String(decoding: data(pretty: pretty), as: UTF8.self)
    }

    /// Decodes a typed view of this value.
    package func decode<Value: Decodable>(_ type: Value.Type = Value.self) throws -> Value {
        try JSONDecoder().decode(type, from: data())
    }

    /// The JSON value that a typed value encodes to.
    package init(encoding value: some Encodable) throws {
        self = try JSONDecoder().decode(JSON.self, from: JSONEncoder().encode(value))
    }
}
