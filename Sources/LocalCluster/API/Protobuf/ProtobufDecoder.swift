import Core
import Foundation
import Kubernetes

/// Reads objects in Kubernetes' binary form, in which `kubectl create NAMESPACE|CONFIGMAP|…` sends them.
///
/// An envelope (`runtime.Unknown`) names the type; the fields of the object have the numbers of the schema catalogue.
struct ProtobufDecoder: Sendable {
    let catalogue: SchemaCatalogue

    static let contentType = "application/vnd.kubernetes.protobuf"
    /// `k8s` and a zero byte come before every message.
    private static let magic: [UInt8] = [0x6B, 0x38, 0x73, 0x00]

    /// The object in the envelope; `schema` gives the full name of the type for an API version and kind.
    ///
    /// - Throws: `KubernetesStatusError` (bad request) for anything else.
    func decode(
        _ data: Data,
        schema: (_ apiVersion: String, _ kind: String) -> String?
    ) throws(KubernetesStatusError) -> JSON {
        let bytes = Array(data)
        guard bytes.starts(with: Self.magic) else {
            throw .badRequest("the request body has no protobuf envelope")
        }
        var type = (apiVersion: "", kind: "")
        var content: ArraySlice<UInt8> = []
        for field in try ProtobufReader.fields(of: bytes[Self.magic.count...]) {
            guard case .bytes(let value) = field.value else { continue }
            switch field.number {
            case 1:
                for part in try ProtobufReader.fields(of: value) {
                    guard case .bytes(let text) = part.value else { continue }
                    if part.number == 1 { type.apiVersion = String(decoding: text, as: UTF8.self) }
                    if part.number == 2 { type.kind = String(decoding: text, as: UTF8.self) }
                }
            case 2: content = value
            default: break
            }
        }
        guard let name = schema(type.apiVersion, type.kind), let structure = catalogue[name] else {
            throw .badRequest("no kind \"\(type.kind)\" is registered for version \"\(type.apiVersion)\"")
        }
        var object = try message(content, structure)
        object["apiVersion"] = .string(type.apiVersion)
        object["kind"] = .string(type.kind)
        return .object(object)
    }

    private func message(_ bytes: ArraySlice<UInt8>, _ type: StructureType) throws(KubernetesStatusError) -> [String:
        JSON]
    {
        try message(bytes, type.fields.filter { $0.protobufPath != nil }, depth: 0)
    }

    /// Reads the fields whose paths begin at this message; deeper ones are in messages that are embedded.
    private func message(
        _ bytes: ArraySlice<UInt8>,
        _ fields: [SchemaField],
        depth: Int
    ) throws(KubernetesStatusError) -> [String: JSON] {
        var result: [String: JSON] = [:]
        for (number, value) in try ProtobufReader.fields(of: bytes) {
            let candidates = fields.filter { $0.protobufPath?[depth] == number }
            if let field = candidates.first(where: { $0.protobufPath?.count == depth + 1 }) {
                try add(value, of: field, to: &result)
            } else if !candidates.isEmpty, case .bytes(let inner) = value {
                for (name, member) in try message(inner, candidates, depth: depth + 1) { result[name] = member }
            }
        }
        return result
    }

    private func add(
        _ value: ProtobufReader.Value,
        of field: SchemaField,
        to result: inout [String: JSON]
    ) throws(KubernetesStatusError) {
        switch field.shape {
        case .list(let element, _):
            guard let item = try json(value, element) else { return }
            result[field.name] = .array((result[field.name]?.array ?? []) + [item])
        case .map(let element, _):
            var members = result[field.name]?.object ?? [:]
            let entry = try entry(value, element)
            members[entry.key] = entry.value
            result[field.name] = .object(members)
        default:
            guard let item = try json(value, field.shape) else { return }
            // Zero is always sent; only where the field is optional does it mean something.
            if !field.isOptional, item == "" || item == 0 || item == false { return }
            result[field.name] = item
        }
    }

    private func entry(
        _ value: ProtobufReader.Value,
        _ element: Shape
    ) throws(KubernetesStatusError) -> (key: String, value: JSON) {
        guard case .bytes(let bytes) = value else { throw Self.wrongType }
        var key = ""
        var member: JSON?
        for field in try ProtobufReader.fields(of: bytes) {
            if field.number == 1, case .bytes(let text) = field.value { key = String(decoding: text, as: UTF8.self) }
            if field.number == 2 { member = try json(field.value, element) }
        }
        return (key, member ?? "")
    }

    private static let wrongType = KubernetesStatusError.badRequest(
        "the request body has a protobuf field of another type than the API's"
    )

    private func json(_ value: ProtobufReader.Value, _ shape: Shape) throws(KubernetesStatusError) -> JSON? {
        switch (shape, value) {
        case (.boolean, .varint(let number)): return .bool(number != 0)
        case (.integer, .varint(let number)): return .int(Int64(bitPattern: number))
        case (.number, .fixed64(let bits)): return .double(Double(bitPattern: bits))
        case (.string, .bytes(let text)): return .string(String(decoding: text, as: UTF8.self))
        case (.bytes, .bytes(let bytes)): return .string(Data(bytes).base64EncodedString())
        case (.structure(let name), .bytes(let bytes)):
            guard let type = catalogue[name] else { return nil }
            return .object(try message(bytes, type))
        case (.time, .bytes(let bytes)): return try time(bytes).map { .string(KubernetesTime.text($0)) }
        case (.microTime, .bytes(let bytes)): return try time(bytes).map { .string(KubernetesTime.microText($0)) }
        case (.quantity, .bytes(let bytes)):
            return .string(try text(in: bytes, field: 1) ?? "0")
        case (.integerOrString, .bytes(let bytes)): return try integerOrString(bytes)
        case (.any, .bytes(let bytes)):
            // FieldsV1: the JSON text in a message of its own.
            return try text(in: bytes, field: 1).flatMap { try? JSON(parsing: $0) }
        default: throw Self.wrongType
        }
    }

    /// An empty message is no time at all.
    private func time(_ bytes: ArraySlice<UInt8>) throws(KubernetesStatusError) -> Date? {
        guard !bytes.isEmpty else { return nil }
        var seconds = 0.0
        for field in try ProtobufReader.fields(of: bytes) {
            guard case .varint(let number) = field.value else { continue }
            let amount = Double(Int64(bitPattern: number))
            seconds += field.number == 1 ? amount : field.number == 2 ? amount / 1_000_000_000 : 0
        }
        return Date(timeIntervalSince1970: seconds)
    }

    private func integerOrString(_ bytes: ArraySlice<UInt8>) throws(KubernetesStatusError) -> JSON {
        var isString = false
        var number: Int64 = 0
        var text = ""
        for field in try ProtobufReader.fields(of: bytes) {
            switch (field.number, field.value) {
            case (1, .varint(let kind)): isString = kind == 1
            case (2, .varint(let value)): number = Int64(bitPattern: value)
            case (3, .bytes(let value)): text = String(decoding: value, as: UTF8.self)
            default: break
            }
        }
        return isString ? .string(text) : .int(number)
    }

    private func text(in bytes: ArraySlice<UInt8>, field number: Int) throws(KubernetesStatusError) -> String? {
        for field in try ProtobufReader.fields(of: bytes) where field.number == number {
            if case .bytes(let text) = field.value { return String(decoding: text, as: UTF8.self) }
        }
        return nil
    }
}
