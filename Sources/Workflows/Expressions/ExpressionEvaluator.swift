/// Computes the value of a tree.
struct ExpressionEvaluator {
    let context: EvaluationContext
    /// Bytes of the results that are alive on the way up to the root.
    private var live = 0

    init(context: EvaluationContext) { self.context = context }

    mutating func evaluate(_ node: ExpressionNode) throws -> ExpressionValue {
        switch node.kind {
        case .literal(let value): return value
        case .context(let name): return context[name]
        case .wildcard: return .string("*")
        case .not(let operand): return .bool(!(try evaluate(operand).isTruthy))
        case .index(let left, let right): return try evaluateIndex(left, right)
        case .comparison(let comparison, let left, let right):
            let mark = live
            defer { live = mark }
            return .bool(compare(comparison, try evaluate(left), try evaluate(right)))
        case .and(let operands):
            return try evaluateFirst(of: operands) { !$0.isTruthy }
        case .or(let operands):
            return try evaluateFirst(of: operands) { $0.isTruthy }
        case .call(let function, let arguments):
            let mark = live
            let value = try call(function, arguments)
            live = mark
            try count(value)
            return value
        }
    }

    /// The first operand that decides, else the last one: `&&` and `||` give an operand, not a boolean.
    private mutating func evaluateFirst(
        of operands: [ExpressionNode],
        decides: (ExpressionValue) -> Bool
    ) throws -> ExpressionValue {
        var value = ExpressionValue.null
        for operand in operands {
            value = try evaluate(operand)
            if decides(value) { return value }
        }
        return value
    }

    private func compare(
        _ comparison: ExpressionNode.Comparison,
        _ left: ExpressionValue,
        _ right: ExpressionValue
    ) -> Bool {
        switch comparison {
        case .equal: left.isEqual(to: right)
        case .notEqual: !left.isEqual(to: right)
        case .less: left.isLess(than: right)
        case .greater: right.isLess(than: left)
        case .lessOrEqual: left.isEqual(to: right) || left.isLess(than: right)
        case .greaterOrEqual: left.isEqual(to: right) || right.isLess(than: left)
        }
    }

    private mutating func evaluateIndex(_ left: ExpressionNode, _ right: ExpressionNode) throws -> ExpressionValue {
        let collection = try evaluate(left)
        if case .wildcard = right.kind {
            let all = ExpressionIndexing.all(of: collection)
            try count(all)
            return all
        }
        let mark = live
        let key = try evaluate(right)
        live = mark
        let value = ExpressionIndexing.member(key, of: collection)
        if case .array(let array) = value, array.isFiltered { try count(value) }
        return value
    }

    // MARK: - Functions

    private mutating func call(_ function: ExpressionFunction, _ arguments: [ExpressionNode]) throws -> ExpressionValue
    {
        switch function {
        case .format: return .string(try evaluateFormat(arguments))
        case .case: return try evaluateCase(arguments)
        case .always: return .bool(true)
        case .cancelled: return .bool(context.status.cancelled())
        default: break
        }
        var values: [ExpressionValue] = []
        for argument in arguments { values.append(try evaluate(argument)) }
        switch function {
        case .contains: return .bool(ExpressionLibrary.contains(values[0], values[1]))
        case .startsWith: return .bool(ExpressionLibrary.startsWith(values[0], values[1]))
        case .endsWith: return .bool(ExpressionLibrary.endsWith(values[0], values[1]))
        case .join: return .string(ExpressionLibrary.join(values[0], separator: values.count > 1 ? values[1] : nil))
        case .toJSON: return .string(values[0].json)
        case .fromJSON: return try ExpressionValue(json: values[0].text)
        case .hashFiles: return .string(try context.hashFiles(values.map(\.text)))
        case .success: return .bool(try context.status.success(values.map(\.text)))
        case .failure: return .bool(try context.status.failure(values.map(\.text)))
        case .format, .case, .always, .cancelled: return .null
        }
    }

    /// `case(p1, v1, p2, v2, …, default)`: only the predicates up to the first true one, and one value, are computed.
    private mutating func evaluateCase(_ arguments: [ExpressionNode]) throws -> ExpressionValue {
        for index in stride(from: 0, to: arguments.count - 1, by: 2) {
            guard case .bool(let isTrue) = try evaluate(arguments[index]) else {
                throw ExpressionError(
                    .evaluation,
                    "case predicate must evaluate to a boolean value",
                    range: arguments[index].range
                )
            }
            if isTrue { return try evaluate(arguments[index + 1]) }
        }
        guard let last = arguments.last else { return .null }
        return try evaluate(last)
    }

    /// The arguments are computed when the format names them, each once.
    private mutating func evaluateFormat(_ arguments: [ExpressionNode]) throws -> String {
        let format = try evaluate(arguments[0]).text
        let pieces = try FormatString.parse(format, argumentCount: arguments.count - 1)
        var cache: [Int: String] = [:]
        var result = ""
        for piece in pieces {
            switch piece {
            case .text(let text): result += text
            case .argument(let index):
                let text: String
                if let known = cache[index] {
                    text = known
                } else {
                    text = try evaluate(arguments[index + 1]).text
                    cache[index] = text
                }
                result += text
            }
            try check(live + Self.size(ofString: result))
        }
        return result
    }

    // MARK: - Memory

    private mutating func count(_ value: ExpressionValue) throws {
        switch value {
        case .string(let text): live += Self.size(ofString: text)
        case .array(let array): live += 24 + array.elements.count * 8
        default: live += 24
        }
        try check(live)
    }

    private func check(_ bytes: Int) throws {
        if bytes > context.maximumBytes {
            throw ExpressionError(.evaluation, "The maximum allowed memory size was exceeded")
        }
    }

    /// The runner counts .NET strings: two bytes a character and a header.
    private static func size(ofString text: String) -> Int { 26 + 2 * text.utf8.count }
}
