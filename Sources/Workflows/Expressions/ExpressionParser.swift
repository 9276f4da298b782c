/// Turns tokens into a tree with two stacks, so that no input can exhaust the call stack.
struct ExpressionParser {
    static let maximumLength = 21_000
    static let maximumDepth = 50

    private let source: String
    private let bytes: [UInt8]
    private let scope: ExpressionScope
    private var lexer: ExpressionLexer
    private var operands: [ExpressionNode] = []
    private var pending: [Pending] = []
    private var lastToken: ExpressionToken?
    private var isTooDeep = false

    /// What waits on the operator stack for its right operand or its closing mark.
    private enum Pending {
        case operation(ExpressionToken.Operation, Int)
        case dot
        case group(Int)
        case index
        case call(ExpressionFunction, name: Range<Int>, arity: ClosedRange<Int>, firstOperand: Int)
        /// A function's name, before its parenthesis.
        case function(ExpressionFunction, name: Range<Int>, arity: ClosedRange<Int>)
    }

    init(_ source: String, scope: ExpressionScope) {
        self.source = source
        bytes = Array(source.utf8)
        self.scope = scope
        lexer = ExpressionLexer(bytes)
    }

    mutating func parse() throws -> ExpressionNode {
        if bytes.count > Self.maximumLength, source.utf16.count > Self.maximumLength {
            throw ExpressionError(.parsing, "Exceeded max expression length \(Self.maximumLength)")
        }
        while let token = lexer.next() {
            try push(token)
            lastToken = token
        }
        guard let lastToken else { return ExpressionNode(.literal(.null), range: 0..<bytes.count) }
        if !ExpressionToken.endsOperand(lastToken.kind) || !lexer.open.isEmpty {
            throw failure("Unexpected end of expression", at: lastToken.range)
        }
        flush(above: 0)
        if isTooDeep { throw ExpressionError(.parsing, "Exceeded max expression depth \(Self.maximumDepth)") }
        return operands.removeLast()
    }

    private mutating func push(_ token: ExpressionToken) throws {
        switch token.kind {
        case .unexpected:
            throw failure("Unexpected symbol", at: token.range, kind: token.isMalformed ? .lexing : .parsing)
        case .literal: append(.literal(token.value), token.range)
        case .star: append(.wildcard, token.range)
        case .property: append(.literal(.string(text(token.range))), token.range)
        case .context: try pushContext(token)
        case .function: try pushFunction(token)
        case .operation(.not): pending.append(.operation(.not, token.range.lowerBound))
        case .operation(let operation):
            flush(above: operation.precedence)
            pending.append(.operation(operation, token.range.lowerBound))
        case .dot:
            flush(above: Self.indexPrecedence)
            pending.append(.dot)
        case .openIndex:
            flush(above: Self.indexPrecedence)
            pending.append(.index)
        case .openGroup: pending.append(.group(token.range.lowerBound))
        case .openCall:
            if case .function(let function, let name, let arity)? = pending.popLast() {
                pending.append(.call(function, name: name, arity: arity, firstOperand: operands.count))
            }
        case .comma: flush(above: 0)
        case .closeGroup: closeGroup(end: token.range.upperBound)
        case .closeIndex: closeIndex(end: token.range.upperBound)
        case .closeCall: try closeCall(end: token.range.upperBound)
        }
    }

    private static let indexPrecedence = 19

    private mutating func pushContext(_ token: ExpressionToken) throws {
        let name = text(token.range)
        guard scope.hasContext(name) else {
            throw failure("Unrecognized named-value", at: token.range, unknownName: name)
        }
        append(.context(name), token.range)
    }

    private mutating func pushFunction(_ token: ExpressionToken) throws {
        let name = text(token.range)
        guard let function = ExpressionFunction(named: name), let arity = scope.functions[function] else {
            throw failure("Unrecognized function", at: token.range, unknownName: name)
        }
        pending.append(.function(function, name: token.range, arity: arity))
    }

    // MARK: - Building nodes

    private mutating func append(_ kind: ExpressionNode.Kind, _ range: Range<Int>) {
        let node = ExpressionNode(kind, range: range)
        if node.depth > Self.maximumDepth {
            // Parsing goes on, since a mistake further right is reported first; the tree itself is let go.
            isTooDeep = true
            operands.append(ExpressionNode(.literal(.null), range: range))
        } else {
            operands.append(node)
        }
    }

    /// Applies the waiting operators that bind at least as tightly, back to the nearest opening mark.
    private mutating func flush(above precedence: Int) {
        while let top = pending.last {
            switch top {
            case .operation(let operation, let start):
                guard operation.precedence >= precedence else { return }
                pending.removeLast()
                apply(operation, start: start)
            case .dot:
                pending.removeLast()
                applyIndex(end: nil)
            case .group, .index, .call, .function: return
            }
        }
    }

    private mutating func apply(_ operation: ExpressionToken.Operation, start: Int) {
        let right = operands.removeLast()
        if operation == .not {
            append(.not(right), start..<right.range.upperBound)
            return
        }
        let left = operands.removeLast()
        let range = left.range.lowerBound..<right.range.upperBound
        switch operation {
        case .and:
            append(.and([left, right].flatMap { if case .and(let nested) = $0.kind { nested } else { [$0] } }), range)
        case .or:
            append(.or([left, right].flatMap { if case .or(let nested) = $0.kind { nested } else { [$0] } }), range)
        default:
            guard let comparison = ExpressionNode.Comparison(rawValue: operation.rawValue) else { return }
            append(.comparison(comparison, left, right), range)
        }
    }

    private mutating func applyIndex(end: Int?) {
        let right = operands.removeLast()
        let left = operands.removeLast()
        append(.index(left, right), left.range.lowerBound..<(end ?? right.range.upperBound))
    }

    private mutating func closeGroup(end: Int) {
        flush(above: 0)
        guard case .group(let start)? = pending.popLast() else { return }
        // The parentheses belong to the operand's place, not to its meaning.
        let inner = operands.removeLast()
        append(inner.kind, start..<end)
    }

    private mutating func closeIndex(end: Int) {
        flush(above: 0)
        guard case .index? = pending.popLast() else { return }
        applyIndex(end: end)
    }

    private mutating func closeCall(end: Int) throws {
        flush(above: 0)
        guard case .call(let function, let name, let arity, let firstOperand)? = pending.popLast() else { return }
        let arguments = Array(operands[firstOperand...])
        operands.removeSubrange(firstOperand...)
        if arguments.count < arity.lowerBound { throw failure("Too few parameters supplied", at: name) }
        if arguments.count > arity.upperBound { throw failure("Too many parameters supplied", at: name) }
        if function == .case, arguments.count.isMultiple(of: 2) {
            throw failure("Even number of parameters supplied, requires an odd number of parameters", at: name)
        }
        append(.call(function, arguments), name.lowerBound..<end)
    }

    // MARK: - Messages

    private func text(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }

    /// GitHub's wording; positions count UTF-16 units from 1.
    private func failure(
        _ what: String,
        at range: Range<Int>,
        kind: ExpressionError.Kind = .parsing,
        unknownName: String? = nil
    ) -> ExpressionError {
        let position = String(decoding: bytes[..<range.lowerBound], as: UTF8.self).utf16.count + 1
        return ExpressionError(
            kind,
            "\(what): '\(text(range))'. Located at position \(position) within expression: \(source)",
            range: range,
            unknownName: unknownName
        )
    }
}
