/// A token of the expression language.
struct ExpressionToken {
    enum Kind: Equatable {
        /// `(` for precedence, `(` of a call, `[`, and their partners.
        case openGroup, closeGroup, openCall, closeCall, openIndex, closeIndex
        case comma, dot, star
        case operation(Operation)
        case literal
        case property, function, context
        case unexpected
    }

    enum Operation: String {
        case not = "!"
        case less = "<"
        case lessOrEqual = "<="
        case greater = ">"
        case greaterOrEqual = ">="
        case equal = "=="
        case notEqual = "!="
        case and = "&&"
        case or = "||"

        /// Higher binds tighter.
        var precedence: Int {
            switch self {
            case .not: 16
            case .less, .lessOrEqual, .greater, .greaterOrEqual: 11
            case .equal, .notEqual: 10
            case .and: 6
            case .or: 5
            }
        }
    }

    let kind: Kind
    /// UTF-8 offsets in the expression's source.
    let range: Range<Int>
    var value: ExpressionValue = .null
    /// For an unexpected token: whether its characters form no token at all, as opposed to a token out of place.
    var isMalformed = false

    /// Whether an operand ends with this token, so that an operator, `.`, `[`, `,` or a closing mark may follow.
    static func endsOperand(_ kind: Kind?) -> Bool {
        switch kind {
        case .closeGroup, .closeCall, .closeIndex, .star, .literal, .property, .context: true
        default: false
        }
    }

    /// Whether an operand may start after this token (nil: at the start of the expression).
    static func mayStartOperand(after kind: Kind?) -> Bool {
        switch kind {
        case nil, .comma, .openGroup, .openCall, .openIndex, .operation: true
        default: false
        }
    }

    /// Whether `.` or `[` may follow: a literal has no members.
    static func mayBeIndexed(_ kind: Kind?) -> Bool { kind != .literal && endsOperand(kind) }
}
