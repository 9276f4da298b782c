/// The functions that need nothing but their arguments.
enum ExpressionLibrary {
    /// In a string: the part in any case. In an array: an element that is `==`.
    static func contains(_ value: ExpressionValue, _ item: ExpressionValue) -> Bool {
        if case .array(let array) = value { return array.elements.contains { $0.isEqual(to: item) } }
        guard value.isPrimitive, item.isPrimitive else { return false }
        return OrdinalText.containsIgnoringCase(value.text, item.text)
    }

    static func startsWith(_ value: ExpressionValue, _ prefix: ExpressionValue) -> Bool {
        guard value.isPrimitive, prefix.isPrimitive else { return false }
        return OrdinalText.hasPrefixIgnoringCase(value.text, prefix.text)
    }

    static func endsWith(_ value: ExpressionValue, _ suffix: ExpressionValue) -> Bool {
        guard value.isPrimitive, suffix.isPrimitive else { return false }
        return OrdinalText.hasSuffixIgnoringCase(value.text, suffix.text)
    }

    /// Elements as text, with `,` between them unless another separator is given; a collection is no separator.
    static func join(_ value: ExpressionValue, separator: ExpressionValue?) -> String {
        guard case .array(let array) = value else { return value.isPrimitive ? value.text : "" }
        var between = ","
        if let separator, separator.isPrimitive { between = separator.text }
        return array.elements.map(\.text).joined(separator: between)
    }
}
