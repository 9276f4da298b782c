/// A patch that cannot be read, or does not fit the object.
package struct PatchError: Error, Sendable, Hashable, CustomStringConvertible {
    package enum Kind: Sendable {
        /// The patch itself is wrong: the API answers 400.
        case malformed
        /// The patch is well formed and the object does not have what it needs: the API answers 422.
        case doesNotApply
    }

    package let kind: Kind
    package let message: String

    init(_ kind: Kind = .malformed, _ message: String) {
        self.kind = kind
        self.message = message
    }

    package var description: String { message }
}
