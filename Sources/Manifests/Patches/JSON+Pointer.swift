import Core

/// The primitive steps of a JSON patch on a document.
extension JSON {
    func value(at pointer: JSONPointer) throws(PatchError) -> JSON {
        var current = self
        for (depth, token) in pointer.tokens.enumerated() {
            let next: JSON? =
                switch current {
                case .object(let members): members[token]
                case .array(let elements): Self.index(token, count: elements.count).map { elements[$0] }
                default: nil
                }
            guard let next else { throw Self.missing(pointer, depth: depth) }
            current = next
        }
        return current
    }

    mutating func add(_ value: JSON, at pointer: JSONPointer) throws(PatchError) {
        guard !pointer.tokens.isEmpty else {
            self = value
            return
        }
        try change(pointer, depth: 0) { (parent: inout JSON, token: String) throws(PatchError) in
            switch parent {
            case .object(var members):
                members[token] = value
                parent = .object(members)
            case .array(var elements):
                guard let index = token == "-" ? elements.count : Self.index(token, count: elements.count + 1) else {
                    throw PatchError(.doesNotApply, "add: \(pointer) is outside of the list of \(elements.count)")
                }
                elements.insert(value, at: index)
                parent = .array(elements)
            default:
                throw Self.missing(pointer, depth: pointer.tokens.count - 1)
            }
        }
    }

    mutating func replace(at pointer: JSONPointer, with value: JSON) throws(PatchError) {
        _ = try self.value(at: pointer)
        guard !pointer.tokens.isEmpty else {
            self = value
            return
        }
        try change(pointer, depth: 0) { (parent: inout JSON, token: String) throws(PatchError) in
            if case .array(var elements) = parent, let index = Self.index(token, count: elements.count) {
                elements[index] = value
                parent = .array(elements)
            } else {
                parent[token] = value
            }
        }
    }

    mutating func remove(at pointer: JSONPointer) throws(PatchError) -> JSON {
        let removed = try value(at: pointer)
        guard !pointer.tokens.isEmpty else {
            throw PatchError(.doesNotApply, "remove: the whole document cannot be removed")
        }
        try change(pointer, depth: 0) { (parent: inout JSON, token: String) throws(PatchError) in
            if case .array(var elements) = parent, let index = Self.index(token, count: elements.count) {
                elements.remove(at: index)
                parent = .array(elements)
            } else {
                parent[token] = nil
            }
        }
        return removed
    }

    /// Numbers are equal by value (RFC 6902, 4.6): `1` is `1.0`.
    func isSameNumberAware(_ other: JSON) -> Bool {
        switch (self, other) {
        case (.array(let left), .array(let right)):
            left.count == right.count && zip(left, right).allSatisfy { $0.isSameNumberAware($1) }
        case (.object(let left), .object(let right)):
            left.count == right.count
                && left.allSatisfy { key, value in right[key].map(value.isSameNumberAware) ?? false }
        case (.int(let left), .double(let right)), (.double(let right), .int(let left)): Double(left) == right
        default: self == other
        }
    }

    private mutating func change(
        _ pointer: JSONPointer,
        depth: Int,
        _ body: (inout JSON, String) throws(PatchError) -> Void
    ) throws(PatchError) {
        let token = pointer.tokens[depth]
        if depth == pointer.tokens.count - 1 { return try body(&self, token) }
        switch self {
        case .object(var members):
            guard var child = members[token] else { throw Self.missing(pointer, depth: depth) }
            try child.change(pointer, depth: depth + 1, body)
            members[token] = child
            self = .object(members)
        case .array(var elements):
            guard let index = Self.index(token, count: elements.count) else {
                throw Self.missing(pointer, depth: depth)
            }
            try elements[index].change(pointer, depth: depth + 1, body)
            self = .array(elements)
        default:
            throw Self.missing(pointer, depth: depth)
        }
    }

    /// A list index: digits without a leading zero.
    private static func index(_ token: String, count: Int) -> Int? {
        guard let index = Int(token), String(index) == token, (0..<count).contains(index) else { return nil }
        return index
    }

    private static func missing(_ pointer: JSONPointer, depth: Int) -> PatchError {
        let known = JSONPointer(tokens: Array(pointer.tokens.prefix(depth)))
        return PatchError(
            .doesNotApply,
            "\(pointer) does not exist: there is no \"\(pointer.tokens[depth])\""
                + (known.tokens.isEmpty ? "" : " in \(known)")
        )
    }
}
