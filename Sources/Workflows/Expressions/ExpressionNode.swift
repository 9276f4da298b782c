/// A node of an expression's tree, which is at most 50 levels deep.
package struct ExpressionNode: Sendable {
    package indirect enum Kind: Sendable {
        case literal(ExpressionValue)
        /// A context such as `github`, as written.
        case context(String)
        /// `left.name`, `left['name']`, `left[0]`; `left.*` has the wildcard on its right.
        case index(ExpressionNode, ExpressionNode)
        case wildcard
        case not(ExpressionNode)
        /// Two or more operands; `a && b && c` is one node.
        case and([ExpressionNode])
        case or([ExpressionNode])
        case comparison(Comparison, ExpressionNode, ExpressionNode)
        case call(ExpressionFunction, [ExpressionNode])
    }

    package enum Comparison: String, Sendable {
        case equal = "=="
        case notEqual = "!="
        case less = "<"
        case lessOrEqual = "<="
        case greater = ">"
        case greaterOrEqual = ">="
    }

    package let kind: Kind
    /// Where the node stands in the expression's source, in UTF-8 offsets.
    package let range: Range<Int>
    /// Levels below and including this node.
    let depth: Int

    init(_ kind: Kind, range: Range<Int>) {
        self.kind = kind
        self.range = range
        depth = 1 + (Self.children(of: kind).map(\.depth).max() ?? 0)
    }

    package var children: [ExpressionNode] { Self.children(of: kind) }

    private static func children(of kind: Kind) -> [ExpressionNode] {
        switch kind {
        case .literal, .context, .wildcard: []
        case .not(let operand): [operand]
        case .index(let left, let right), .comparison(_, let left, let right): [left, right]
        case .and(let operands), .or(let operands), .call(_, let operands): operands
        }
    }

    /// Visits this node and all below it, parents first.
    package func visit(_ body: (ExpressionNode) throws -> Void) rethrows {
        try body(self)
        for child in children { try child.visit(body) }
    }

    /// The literal name behind `.name` or `['name']`.
    package var literalText: String? {
        if case .literal(.string(let text)) = kind { text } else { nil }
    }
}
