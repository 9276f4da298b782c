internal import Core

/// Works out the type of an expression and collects what cannot be right.
struct TypeChecker {
    struct Finding {
        let severity: Diagnostic.Severity
        let rule: String
        let message: String
        let range: Range<Int>
        let help: String?
    }

    let environment: TypeEnvironment
    private(set) var findings: [Finding] = []

    init(environment: TypeEnvironment) { self.environment = environment }

    mutating func type(of node: ExpressionNode) -> ExpressionType {
        switch node.kind {
        case .literal(let value): return ExpressionType(value)
        case .context(let name): return environment[name]
        case .wildcard: return .string
        case .not(let operand):
            _ = type(of: operand)
            return .boolean
        case .and(let operands), .or(let operands):
            return ExpressionType.merge(operands.map { type(of: $0) })
        case .comparison(_, let left, let right):
            checkComparison(node, type(of: left), type(of: right))
            return .boolean
        case .index(let left, let right): return typeOfIndex(node, left, right)
        case .call(let function, let arguments): return typeOfCall(function, arguments)
        }
    }

    // MARK: - Members

    private mutating func typeOfIndex(
        _ node: ExpressionNode,
        _ left: ExpressionNode,
        _ right: ExpressionNode
    ) -> ExpressionType {
        let collection = type(of: left)
        if case .wildcard = right.kind { return typeOfAll(collection, node) }
        if case .array(let element, isFiltered: true) = collection {
            return .array(typeOfMember(right, of: element, node), isFiltered: true)
        }
        return typeOfMember(right, of: collection, node)
    }

    private mutating func typeOfAll(_ collection: ExpressionType, _ node: ExpressionNode) -> ExpressionType {
        switch collection {
        case .any: return .array(.any, isFiltered: true)
        case .array(let element, isFiltered: false): return .array(element, isFiltered: true)
        case .array(let element, isFiltered: true): return typeOfAll(element, node)
        case .object(let object): return .array(object.anyMember, isFiltered: true)
        case .null, .boolean, .number, .string:
            report("\".*\" on \(collection.name) gives an empty array", node.range, severity: .warning)
            return .array(.any, isFiltered: true)
        }
    }

    private mutating func typeOfMember(
        _ key: ExpressionNode,
        of collection: ExpressionType,
        _ node: ExpressionNode
    ) -> ExpressionType {
        let keyType = type(of: key)
        switch collection {
        case .any: return .any
        case .object(let object):
            guard let name = key.literalText else { return object.rest ?? .any }
            if let member = object[name] ?? object.rest { return member }
            report(
                "There is no \"\(name)\" in \(object.title)",
                key.range,
                rule: "undefined-property",
                severity: object.severity,
                help: object.names.isEmpty ? nil : Suggestion.help(for: name, in: object.names)
            )
            return .any
        case .array(let element, _):
            if case .string = keyType, let name = key.literalText, NumberText.parse(name).isNaN {
                report(
                    "An array has no member \"\(name)\"",
                    key.range,
                    help: "Write .*.\(name) to take it from every element."
                )
            }
            return element
        case .null, .boolean, .number, .string:
            report("\(collection.name.capitalizedFirst) has no members; this is always null", node.range)
            return .any
        }
    }

    // MARK: - Operators and functions

    private mutating func checkComparison(_ node: ExpressionNode, _ left: ExpressionType, _ right: ExpressionType) {
        func isKnownPrimitive(_ type: ExpressionType) -> Bool {
            switch type {
            case .any, .array, .object: false
            default: true
            }
        }
        if (left.isCollection && isKnownPrimitive(right)) || (isKnownPrimitive(left) && right.isCollection) {
            report("\(left.name.capitalizedFirst) never equals \(right.name)", node.range, severity: .warning)
        }
    }

    private mutating func typeOfCall(_ function: ExpressionFunction, _ arguments: [ExpressionNode]) -> ExpressionType {
        let types = arguments.map { type(of: $0) }
        switch function {
        case .contains:
            if case .object = types[0] { report("contains() of an object is always false", arguments[0].range) }
            return .boolean
        case .startsWith, .endsWith:
            for (argument, type) in zip(arguments, types) where type.isCollection {
                report("\(function.rawValue)() takes strings, not \(type.name)", argument.range)
            }
            return .boolean
        case .join:
            if case .object = types[0] { report("join() of an object is always ''", arguments[0].range) }
            return .string
        case .format:
            checkFormat(arguments, types)
            return .string
        case .fromJSON: return typeOfJSON(arguments[0], types[0])
        case .case: return typeOfCase(arguments, types)
        case .toJSON, .hashFiles: return .string
        case .success, .failure:
            for argument in arguments { checkJob(argument) }
            return .boolean
        case .always, .cancelled: return .boolean
        }
    }

    private mutating func checkFormat(_ arguments: [ExpressionNode], _ types: [ExpressionType]) {
        for (argument, type) in zip(arguments, types).dropFirst() where type.isCollection {
            report("format() prints \(type.name) as its kind only; use toJSON()", argument.range, severity: .warning)
        }
        guard let text = arguments[0].literalText else { return }
        do {
            let pieces = try FormatString.parse(text, argumentCount: arguments.count - 1)
            for index in 0..<(arguments.count - 1) where !pieces.contains(.argument(index)) {
                report("The format string does not use {\(index)}", arguments[index + 1].range, severity: .warning)
            }
        } catch let error as ExpressionError {
            report(error.message, arguments[0].range)
        } catch {
            report("\(error)", arguments[0].range)
        }
    }

    private mutating func typeOfJSON(_ argument: ExpressionNode, _ type: ExpressionType) -> ExpressionType {
        if type.isCollection { report("fromJSON() takes a string, not \(type.name)", argument.range) }
        guard let text = argument.literalText else { return .any }
        do {
            return ExpressionType(try ExpressionValue(json: text))
        } catch {
            report("\(error)", argument.range)
            return .any
        }
    }

    private mutating func typeOfCase(_ arguments: [ExpressionNode], _ types: [ExpressionType]) -> ExpressionType {
        var results: [ExpressionType] = []
        for index in stride(from: 0, to: arguments.count - 1, by: 2) {
            switch types[index] {
            case .boolean, .any: break
            default:
                report(
                    "A predicate of case() must be a boolean, not \(types[index].name)",
                    arguments[index].range
                )
            }
            results.append(types[index + 1])
        }
        return ExpressionType.merge(results + types.suffix(1))
    }

    private mutating func checkJob(_ argument: ExpressionNode) {
        guard let id = argument.literalText, let jobs = environment.ancestors else { return }
        if !jobs.contains(where: { OrdinalText.equalIgnoringCase($0, id) }) {
            report(
                "Job \"\(id)\" is not among the jobs that are needed here",
                argument.range,
                help: Suggestion.help(for: id, in: jobs)
            )
        }
    }

    private mutating func report(
        _ message: String,
        _ range: Range<Int>,
        rule: String = "type",
        severity: Diagnostic.Severity = .error,
        help: String? = nil
    ) {
        findings.append(Finding(severity: severity, rule: rule, message: message, range: range, help: help))
    }
}
