/// A path of literal names from a context: `github.event.issue.title`, `matrix['os']`; `.*` is `*`.
struct ContextChain {
    let path: [String]
    let range: Range<Int>
    /// Whether the value is written out with all that is in it (`toJSON(github.event)`).
    var isWhole = false

    /// The path of a node; nil for anything that is not one, such as an index that is computed.
    init?(_ node: ExpressionNode) {
        var names: [String] = []
        var current = node
        while true {
            switch current.kind {
            case .context(let name):
                path = [name] + names.reversed()
                range = node.range
                return
            case .index(let left, let right):
                switch right.kind {
                case .wildcard: names.append("*")
                case .literal(let value) where value.isPrimitive: names.append(value.text)
                default: return nil
                }
                current = left
            default: return nil
            }
        }
    }
}

extension Expression {
    /// All paths that the expression names.
    var chains: [ContextChain] {
        var found: [ContextChain] = []
        collect(root, &found)
        return found
    }

    private func collect(_ node: ExpressionNode, _ found: inout [ContextChain]) {
        if let chain = ContextChain(node) {
            found.append(chain)
        } else {
            for child in node.children { collect(child, &found) }
        }
    }

    /// The paths whose text can end up in the expression's value: not those that are only compared or searched.
    var flowingChains: [ContextChain] { Self.flowing(root, isWhole: false) }

    private static func flowing(_ node: ExpressionNode, isWhole: Bool) -> [ContextChain] {
        if var chain = ContextChain(node) {
            chain.isWhole = isWhole
            return [chain]
        }
        switch node.kind {
        case .and(let operands), .or(let operands): return operands.flatMap { flowing($0, isWhole: isWhole) }
        case .index(let left, _): return flowing(left, isWhole: isWhole)
        case .call(let function, let arguments):
            switch function {
            case .toJSON: return arguments.flatMap { flowing($0, isWhole: true) }
            case .fromJSON, .format, .join, .case: return arguments.flatMap { flowing($0, isWhole: isWhole) }
            default: return []
            }
        default: return []
        }
    }
}
