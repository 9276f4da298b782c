/// RFC 6901: a place in a JSON document, such as `/spec/template/spec/containers/0/image`.
package struct JSONPointer: Sendable, Hashable, CustomStringConvertible {
    package let tokens: [String]

    package init(tokens: [String]) { self.tokens = tokens }

    /// - Throws: `PatchError` for a text that is no pointer.
    package init(_ text: String) throws(PatchError) {
        guard !text.isEmpty else {
            tokens = []
            return
        }
        guard text.hasPrefix("/") else {
            throw PatchError(.malformed, "\"\(text)\" is no JSON pointer: it must start with /")
        }
        tokens = text.dropFirst().split(separator: "/", omittingEmptySubsequences: false)
            .map { String($0).replacing("~1", with: "/").replacing("~0", with: "~") }
    }

    package var description: String {
        tokens.map { "/" + $0.replacing("~", with: "~0").replacing("/", with: "~1") }.joined()
    }

    /// Whether `other` lies inside the value this points at.
    func isProperPrefix(of other: JSONPointer) -> Bool {
        tokens.count < other.tokens.count && other.tokens.starts(with: tokens)
    }
}
