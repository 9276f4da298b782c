import Core

/// RFC 7386: members replace members, `null` removes, lists are replaced whole.
package enum JSONMergePatch {
    package static func apply(_ patch: JSON, to target: JSON) -> JSON {
        guard case .object(let changes) = patch else { return patch }
        var members = target.object ?? [:]
        for (key, value) in changes {
            if value.isNull {
                members[key] = nil
            } else {
                members[key] = apply(value, to: members[key] ?? .null)
            }
        }
        return .object(members)
    }

    /// The smallest patch that makes `old` into `new`; nil where they are equal.
    package static func difference(from old: JSON, to new: JSON) -> JSON? {
        if old == new { return nil }
        guard case .object(let before) = old, case .object(let after) = new else { return new }
        var changes: [String: JSON] = [:]
        for key in before.keys where after[key] == nil { changes[key] = .null }
        for (key, value) in after {
            guard let previous = before[key] else {
                changes[key] = value
                continue
            }
            changes[key] = difference(from: previous, to: value)
        }
        return .object(changes)
    }
}
