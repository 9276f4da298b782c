extension ExpressionValue {
    /// Everything but null, false, 0, NaN and the empty string. `'false'`, `[]` and `{}` are truthy.
    package var isTruthy: Bool {
        switch self {
        case .null: false
        case .bool(let flag): flag
        case .number(let number): !(number == 0 || number.isNaN)
        case .string(let text): !text.isEmpty
        case .array, .object: true
        }
    }

    /// The value as text: `''` for null, `Array` and `Object` for collections.
    package var text: String {
        switch self {
        case .null: ""
        case .bool(let flag): flag ? "true" : "false"
        case .number(let number): NumberText.write(number)
        case .string(let text): text
        case .array: "Array"
        case .object: "Object"
        }
    }

    /// The value as a number: null is 0, a collection NaN.
    package var numeric: Double {
        switch self {
        case .null: 0
        case .bool(let flag): flag ? 1 : 0
        case .number(let number): number
        case .string(let text): NumberText.parse(text)
        case .array, .object: .nan
        }
    }

    /// GitHub's `==`: same kinds directly; booleans, null, and strings beside numbers as numbers; never collections.
    package func isEqual(to other: ExpressionValue) -> Bool {
        switch (self, other) {
        case (.null, .null): return true
        case (.bool(let left), .bool(let right)): return left == right
        case (.string(let left), .string(let right)): return OrdinalText.equalIgnoringCase(left, right)
        case (.array(let left), .array(let right)): return left === right
        case (.object(let left), .object(let right)): return left === right
        case (.array, _), (.object, _), (_, .array), (_, .object): return false
        default: return numeric == other.numeric
        }
    }

    /// GitHub's `<`, with the coercions of `==`; false where either side is NaN or a collection.
    package func isLess(than other: ExpressionValue) -> Bool {
        switch (self, other) {
        case (.null, .null): return false
        case (.bool(let left), .bool(let right)): return !left && right
        case (.string(let left), .string(let right)): return OrdinalText.precedesIgnoringCase(left, right)
        case (.array, _), (.object, _), (_, .array), (_, .object): return false
        default: return numeric < other.numeric
        }
    }
}
