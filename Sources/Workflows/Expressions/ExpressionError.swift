/// What is wrong with an expression, in the words of GitHub's own messages.
package struct ExpressionError: Error, Sendable, Hashable, CustomStringConvertible {
    package enum Kind: String, Sendable {
        /// Characters that form no token.
        case lexing
        /// A token where it must not be, an unknown name, a wrong number of arguments, a limit.
        case parsing
        /// A value that a function cannot use, or the memory limit.
        case evaluation
    }

    package let kind: Kind
    package let message: String
    /// UTF-8 offsets of the culprit in the expression's source; nil where the whole expression is to blame.
    package let range: Range<Int>?
    /// The name that was not recognized, where that is the mistake.
    package let unknownName: String?

    init(_ kind: Kind, _ message: String, range: Range<Int>? = nil, unknownName: String? = nil) {
        self.kind = kind
        self.message = message
        self.range = range
        self.unknownName = unknownName
    }

    package var description: String { message }
}
