import Core
import Kubernetes

/// Reads a value by the shape of its type as a Go client would: fields nobody knows are dropped and named, values of
/// the wrong type are refused, nulls and empty lists count as absent.
struct ObjectDecoder: Sendable {
    let catalogue: SchemaCatalogue

    struct Result: Sendable {
        var value: JSON
        /// Paths of the fields that were dropped.
        var unknownFields: [String] = []
    }

    /// - Throws: `KubernetesStatusError` (bad request) for a value of the wrong type.
    func decode(_ object: KubernetesObject, schema: String) throws(KubernetesStatusError) -> Result {
        var walk = Walk(catalogue: catalogue)
        let value = walk.value(object.json, .structure(schema), path: "", owner: "", isAlwaysPresent: true)
        if let mismatch = walk.mismatch {
            throw .badRequest(
                "\(object.kind) in version \"\(object.version)\" cannot be handled as a \(object.kind): \(mismatch)"
            )
        }
        return Result(value: value ?? .object([:]), unknownFields: walk.unknown.sorted())
    }

    /// Refuses unknown fields, or gives the warnings about them.
    func decode(
        _ object: KubernetesObject,
        schema: String,
        validation: APIRequest.FieldValidation
    ) throws(KubernetesStatusError) -> (object: KubernetesObject, warnings: [String]) {
        let result = try decode(object, schema: schema)
        let problems = result.unknownFields.map { "unknown field \"\($0)\"" }
        if validation == .strict, !problems.isEmpty {
            throw .badRequest(
                "\(object.kind) in version \"\(object.version)\" cannot be handled as a \(object.kind): "
                    + "strict decoding error: \(problems.joined(separator: ", "))"
            )
        }
        return (KubernetesObject(result.value), validation == .warn ? problems : [])
    }

    private struct Walk {
        let catalogue: SchemaCatalogue
        var unknown: [String] = []
        var mismatch: String?

        mutating func value(
            _ value: JSON,
            _ shape: Shape,
            path: String,
            owner: String,
            isAlwaysPresent: Bool
        ) -> JSON? {
            if value == .null { return nil }
            switch shape {
            case .structure(let name):
                guard let type = catalogue[name], case .object(let members) = value else {
                    return report(value, as: shape, path, owner)
                }
                return .object(fields(members, type, path: path))
            case .map(let element, _):
                guard case .object(let members) = value else { return report(value, as: shape, path, owner) }
                var result: [String: JSON] = [:]
                for (key, member) in members {
                    result[key] = self.value(
                        member,
                        element,
                        path: join(path, key),
                        owner: owner,
                        isAlwaysPresent: true
                    )
                }
                return result.isEmpty && !isAlwaysPresent ? nil : .object(result)
            case .list(let element, _):
                guard case .array(let items) = value else { return report(value, as: shape, path, owner) }
                if items.isEmpty, !isAlwaysPresent { return nil }
                return .array(
                    items.enumerated().compactMap { index, item in
                        self.value(item, element, path: "\(path)[\(index)]", owner: owner, isAlwaysPresent: true)
                    }
                )
            default:
                return fits(value, shape) ? value : report(value, as: shape, path, owner)
            }
        }

        private mutating func fields(_ members: [String: JSON], _ type: StructureType, path: String) -> [String: JSON] {
            var result: [String: JSON] = [:]
            for (name, member) in members {
                guard let field = type[name] else {
                    unknown.append(join(path, name))
                    continue
                }
                result[name] = value(
                    member,
                    field.shape,
                    path: join(path, name),
                    owner: type.shortName,
                    isAlwaysPresent: field.isAlwaysPresent
                )
            }
            return result
        }

        private func join(_ path: String, _ name: String) -> String { path.isEmpty ? name : "\(path).\(name)" }

        private func fits(_ value: JSON, _ shape: Shape) -> Bool {
            switch (shape, value) {
            case (.any, _), (.string, .string), (.bytes, .string), (.time, .string), (.microTime, .string): true
            case (.boolean, .bool), (.number, .int), (.number, .double): true
            case (.integer(let bits), _): value.int.map { bits == 64 || Int32(exactly: $0) != nil } ?? false
            case (.quantity, .string), (.quantity, .int), (.quantity, .double): Quantity(value) != nil
            case (.integerOrString, .string), (.integerOrString, .int): true
            default: false
            }
        }

        /// Remembers the first value of the wrong type, worded as Go's JSON decoder does.
        private mutating func report(_ value: JSON, as shape: Shape, _ path: String, _ owner: String) -> JSON? {
            guard mismatch == nil else { return nil }
            if case .quantity = shape {
                mismatch = "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"
                return nil
            }
            let field = owner.isEmpty ? "value" : "struct field \(owner).\(path)"
            mismatch = "json: cannot unmarshal \(Self.name(value)) into Go \(field) of type \(Self.name(shape))"
            return nil
        }

        private static func name(_ value: JSON) -> String {
            switch value {
            case .null: "null"
            case .bool: "bool"
            case .int(let number): "number \(number)"
            case .double: "number"
            case .string: "string"
            case .array: "array"
            case .object: "object"
            }
        }

        private static func name(_ shape: Shape) -> String {
            switch shape {
            case .string: "string"
            case .boolean: "bool"
            case .integer(let bits): "int\(bits)"
            case .number: "float64"
            case .bytes: "[]uint8"
            case .time, .microTime: "time.Time"
            case .quantity: "resource.Quantity"
            case .integerOrString: "intstr.IntOrString"
            case .any: "interface {}"
            case .structure(let name): String(name.split(separator: ".").suffix(2).joined(separator: "."))
            case .map(let element, _): "map[string]\(self.name(element))"
            case .list(let element, _): "[]\(self.name(element))"
            }
        }
    }
}
