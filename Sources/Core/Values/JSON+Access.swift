extension JSON {
    package var isNull: Bool { self == .null }

    package var string: String? {
        if case .string(let value) = self { value } else { nil }
    }

    package var bool: Bool? {
        if case .bool(let value) = self { value } else { nil }
    }

    /// An integer, also where it was written as a whole floating-point number (`3.0`).
    package var int: Int? {
        switch self {
        case .int(let value): Int(exactly: value)
        case .double(let value): Int(exactly: value)
        default: nil
        }
    }

    package var double: Double? {
        switch self {
        case .int(let value): Double(value)
        case .double(let value): value
        default: nil
        }
    }

    package var array: [JSON]? {
        if case .array(let value) = self { value } else { nil }
    }

    package var object: [String: JSON]? {
        if case .object(let value) = self { value } else { nil }
    }

    /// The member of an object; nil for a missing key and for anything that is no object.
    ///
    /// Assigning nil removes the key; assigning to a member of `null` makes it an object first.
    package subscript(key: String) -> JSON? {
        get {
            if case .object(let members) = self { members[key] } else { nil }
        }
        set {
            var members = object ?? [:]
            members[key] = newValue
            self = .object(members)
        }
        _modify {
            var members: [String: JSON] = [:]
            if case .object(let existing) = self { members = existing }
            // Drop our own reference first, so that a change deep inside copies nothing.
            self = .null
            defer { self = .object(members) }
            yield &members[key]
        }
    }

    /// The element of an array; nil out of range and for anything that is no array.
    package subscript(index: Int) -> JSON? {
        guard case .array(let elements) = self, elements.indices.contains(index) else { return nil }
        return elements[index]
    }

    /// Walks members by name: `object[path: "spec", "template", "metadata"]`.
    package subscript(path keys: String...) -> JSON? {
        get { self[path: keys] }
        set { self[path: keys] = newValue }
    }

    /// Walks members by name, making the objects on the way when a value is assigned.
    package subscript(path keys: [String]) -> JSON? {
        get {
            var current: JSON? = self
            for key in keys { current = current?[key] }
            return current
        }
        set {
            guard let first = keys.first else {
                self = newValue ?? .null
                return
            }
            let rest = Array(keys.dropFirst())
            if rest.isEmpty {
                self[first] = newValue
            } else {
                var child = self[first] ?? .object([:])
                // Removing something that is not there must not leave empty objects behind.
                if newValue == nil, child[path: rest] == nil { return }
                child[path: rest] = newValue
                self[first] = child
            }
        }
    }
}
