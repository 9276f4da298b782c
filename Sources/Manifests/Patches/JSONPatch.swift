import Core

/// RFC 6902: a list of operations, applied in order, all or none.
package struct JSONPatch: Sendable, Hashable {
    enum Operation: Sendable, Hashable {
        case add(JSONPointer, JSON)
        case remove(JSONPointer)
        case replace(JSONPointer, JSON)
        case move(from: JSONPointer, to: JSONPointer)
        case copy(from: JSONPointer, to: JSONPointer)
        case test(JSONPointer, JSON)
    }

    let operations: [Operation]

    /// - Throws: `PatchError` where `json` is no list of operations.
    package init(_ json: JSON) throws(PatchError) {
        guard let list = json.array else { throw PatchError(.malformed, "A JSON patch is a list of operations") }
        var operations: [Operation] = []
        for (index, entry) in list.enumerated() { operations.append(try Self.operation(entry, number: index + 1)) }
        self.operations = operations
    }

    private static func operation(_ json: JSON, number: Int) throws(PatchError) -> Operation {
        func pointer(_ member: String) throws(PatchError) -> JSONPointer {
            guard let text = json[member]?.string else {
                throw PatchError(.malformed, "Operation \(number) of the JSON patch has no \"\(member)\"")
            }
            return try JSONPointer(text)
        }
        func value() throws(PatchError) -> JSON {
            guard let value = json["value"] else {
                throw PatchError(.malformed, "Operation \(number) of the JSON patch has no \"value\"")
            }
            return value
        }
        switch json["op"]?.string {
        case "add": return .add(try pointer("path"), try value())
        case "remove": return .remove(try pointer("path"))
        case "replace": return .replace(try pointer("path"), try value())
        case "move": return .move(from: try pointer("from"), to: try pointer("path"))
        case "copy": return .copy(from: try pointer("from"), to: try pointer("path"))
        case "test": return .test(try pointer("path"), try value())
        case let other:
            throw PatchError(
                .malformed,
                "Operation \(number) of the JSON patch has "
                    + (other.map { "the unknown \"op\" \"\($0)\"" } ?? "no \"op\"")
                    + "; allowed are add, remove, replace, move, copy, test"
            )
        }
    }

    /// - Throws: `PatchError` (`doesNotApply`) naming the first operation that fails.
    package func apply(to document: JSON) throws(PatchError) -> JSON {
        var document = document
        for operation in operations {
            switch operation {
            case .add(let path, let value):
                try document.add(value, at: path)
            case .remove(let path):
                _ = try document.remove(at: path)
            case .replace(let path, let value):
                try document.replace(at: path, with: value)
            case .copy(let from, let path):
                try document.add(try document.value(at: from), at: path)
            case .move(let from, let path):
                guard !from.isProperPrefix(of: path) else {
                    throw PatchError(.doesNotApply, "move: \(from) cannot move into itself, \(path)")
                }
                try document.add(try document.remove(at: from), at: path)
            case .test(let path, let value):
                let found = try document.value(at: path)
                guard found.isSameNumberAware(value) else {
                    throw PatchError(.doesNotApply, "test: \(path) is \(found.text()), not \(value.text())")
                }
            }
        }
        return document
    }
}
