import Core

/// One step of a path to a field: how `managedFields` and conflicts name what lies below an object.
enum PathElement: Sendable, Hashable {
    case field(String)
    /// The item of a keyed list whose key fields have these values.
    case key([String: JSON])
    /// The item of a set.
    case value(JSON)
    case index(Int)

    /// The form in `fieldsV1`: `f:spec`, `k:{"name":"api"}`, `v:"x"`, `i:0`.
    var encoded: String {
        switch self {
        case .field(let name): "f:\(name)"
        case .key(let fields): "k:\(JSON.object(fields).text())"
        case .value(let value): "v:\(value.text())"
        case .index(let index): "i:\(index)"
        }
    }

    init?(encoded text: String) {
        let rest = String(text.dropFirst(2))
        switch text.prefix(2) {
        case "f:": self = .field(rest)
        case "k:":
            guard let fields = (try? JSON(parsing: rest))?.object else { return nil }
            self = .key(fields)
        case "v:":
            guard let value = try? JSON(parsing: rest) else { return nil }
            self = .value(value)
        case "i:":
            guard let index = Int(rest) else { return nil }
            self = .index(index)
        default: return nil
        }
    }

    /// The form in messages: `.spec`, `[name="api"]`, `[="x"]`, `[0]`.
    var description: String {
        switch self {
        case .field(let name): ".\(name)"
        case .key(let fields):
            "[" + fields.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value.text())" }.joined(separator: ",") + "]"
        case .value(let value): "[=\(value.text())]"
        case .index(let index): "[\(index)]"
        }
    }
}
