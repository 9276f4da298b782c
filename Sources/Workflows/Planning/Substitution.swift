/// Collects what each name of an expression stood for.
struct Substitution {
    private var evaluator: ExpressionEvaluator
    /// Whether what a name stands for is known; what is not keeps its name.
    private let isKnown: (ExpressionNode) -> Bool
    private var replacements: [(range: Range<Int>, text: String)] = []

    init(context: EvaluationContext, isKnown: @escaping (ExpressionNode) -> Bool = { _ in true }) {
        evaluator = ExpressionEvaluator(context: context)
        self.isKnown = isKnown
    }

    /// Follows the evaluation, so that operands which were not looked at stay as they are.
    ///
    /// - Returns: the node's value; nil where it is not known.
    mutating func walk(_ node: ExpressionNode) -> ExpressionValue? {
        switch node.kind {
        case .and(let operands): return walkFirst(operands) { !$0.isTruthy }
        case .or(let operands): return walkFirst(operands) { $0.isTruthy }
        case .not(let operand):
            return walk(operand).map { .bool(!$0.isTruthy) }
        default:
            decorate(node)
            return isWhollyKnown(node) ? try? evaluator.evaluate(node) : nil
        }
    }

    private mutating func walkFirst(
        _ operands: [ExpressionNode],
        decides: (ExpressionValue) -> Bool
    ) -> ExpressionValue? {
        var last: ExpressionValue?
        var isKnown = true
        for operand in operands {
            last = walk(operand)
            if let last, decides(last) { return last }
            if last == nil { isKnown = false }
        }
        return isKnown ? last : nil
    }

    private func isWhollyKnown(_ node: ExpressionNode) -> Bool {
        var result = true
        node.visit { if !isKnown($0) { result = false } }
        return result
    }

    /// Puts values in the place of context members and status functions.
    private mutating func decorate(_ node: ExpressionNode) {
        switch node.kind {
        case .context, .index:
            guard isKnown(node), isWhollyKnown(node), let value = try? evaluator.evaluate(node) else { return }
            replacements.append((node.range, quoted(value)))
        case .call(let function, _) where function.isStatusFunction:
            guard isKnown(node), let value = try? evaluator.evaluate(node) else { return }
            replacements.append((node.range, value.text))
        default: for child in node.children { decorate(child) }
        }
    }

    func applied(to source: String) -> String {
        var bytes = Array(source.utf8)
        for replacement in replacements.sorted(by: { $0.range.lowerBound > $1.range.lowerBound }) {
            bytes.replaceSubrange(replacement.range, with: Array(replacement.text.utf8))
        }
        return String(decoding: bytes, as: UTF8.self).trimmingSpace
    }
}

func quoted(_ value: ExpressionValue) -> String {
    switch value {
    case .null: "null"
    case .string(let text): quoted(text)
    default: value.text
    }
}

func quoted(_ text: String) -> String { "'\(text.replacing("'", with: "''"))'" }
