/// A value of GitHub's expression language.
///
/// Arrays and objects are references, and equal only to themselves (`fromJSON('[]') == fromJSON('[]')` is false).
package enum ExpressionValue: Sendable {
    case null
    case bool(Bool)
    case number(Double)
    case string(String)
    case array(ExpressionArray)
    case object(ExpressionObject)
}

/// A list of values.
package final class ExpressionArray: Sendable {
    package let elements: [ExpressionValue]
    /// Whether `.*` made this array: a following `.name` then applies to each element.
    let isFiltered: Bool

    package init(_ elements: [ExpressionValue]) {
        self.elements = elements
        isFiltered = false
    }

    init(filtered elements: [ExpressionValue]) {
        self.elements = elements
        isFiltered = true
    }
}

extension ExpressionValue {
    /// The word that messages use: `Null`, `Boolean`, `Number`, `String`, `Array`, `Object`.
    package var kindName: String {
        switch self {
        case .null: "Null"
        case .bool: "Boolean"
        case .number: "Number"
        case .string: "String"
        case .array: "Array"
        case .object: "Object"
        }
    }

    /// Null, boolean, number or string.
    package var isPrimitive: Bool {
        switch self {
        case .array, .object: false
        default: true
        }
    }

    /// The member of an object by name; null for a missing one and for anything that is no object.
    package subscript(_ key: String) -> ExpressionValue {
        if case .object(let object) = self { object[key] ?? .null } else { .null }
    }

    package static func array(_ elements: [ExpressionValue]) -> ExpressionValue { .array(ExpressionArray(elements)) }

    package static func object(_ entries: [(String, ExpressionValue)]) -> ExpressionValue {
        .object(ExpressionObject(entries))
    }
}

// Not by `nil`: an optional value would take it for null.
extension ExpressionValue: ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral,
    ExpressibleByFloatLiteral, ExpressibleByStringLiteral, ExpressibleByStringInterpolation,
    ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    package init(booleanLiteral value: Bool) { self = .bool(value) }
    package init(integerLiteral value: Int) { self = .number(Double(value)) }
    package init(floatLiteral value: Double) { self = .number(value) }
    package init(stringLiteral value: String) { self = .string(value) }
    package init(arrayLiteral elements: ExpressionValue...) { self = .array(elements) }
    package init(dictionaryLiteral elements: (String, ExpressionValue)...) { self = .object(elements) }
}
