/// `.name`, `[key]` and `.*`.
enum ExpressionIndexing {
    /// `.*`: all members as a filtered array; an empty one for anything that has no members.
    static func all(of collection: ExpressionValue) -> ExpressionValue {
        guard case .array(let array) = collection, array.isFiltered else {
            return .array(ExpressionArray(filtered: members(of: collection)))
        }
        return .array(ExpressionArray(filtered: array.elements.flatMap(members)))
    }

    /// The member a key names; null where there is none. On a filtered array the members of its elements, without
    /// those that lack it.
    static func member(_ key: ExpressionValue, of collection: ExpressionValue) -> ExpressionValue {
        if case .array(let array) = collection, array.isFiltered {
            return .array(ExpressionArray(filtered: array.elements.compactMap { directMember(key, of: $0) }))
        }
        return directMember(key, of: collection) ?? .null
    }

    private static func members(of value: ExpressionValue) -> [ExpressionValue] {
        switch value {
        case .array(let array): array.elements
        case .object(let object): object.entries.map(\.value)
        default: []
        }
    }

    private static func directMember(_ key: ExpressionValue, of value: ExpressionValue) -> ExpressionValue? {
        switch value {
        case .object(let object): return key.isPrimitive ? object[key.text] : nil
        case .array(let array):
            let position = key.numeric.rounded(.down)
            guard key.numeric >= 0, position < Double(array.elements.count) else { return nil }
            return array.elements[Int(position)]
        default: return nil
        }
    }
}
