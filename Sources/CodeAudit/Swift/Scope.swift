import SwiftSyntax

/// What is known about names while a function is read from top to bottom: which hold input, which hold text that was
/// put together from parts.
struct Scope {
    /// Where a value comes from. Strangers' input is worse than that of the person who started the program.
    enum Origin: Int, Comparable {
        case local, remote
        static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
    }

    private var origins: [String: Origin] = [:]
    /// Names whose values are written out, if only as a choice between some.
    private var fixed: Set<String> = []
    /// Parameters that take any text.
    private var textParameters: Set<String> = []
    /// The string expression that a name was bound to, where it has parts that vary.
    private var composed: [String: ExprSyntax] = [:]

    mutating func bind(_ name: String, to value: ExprSyntax) {
        origins[name] = origin(of: value)
        composed[name] = composition(of: value)
        textParameters.remove(name)
        if isFixed(value) { fixed.insert(name) } else { fixed.remove(name) }
    }

    /// A closure's parameter without a type: handlers of requests name theirs so.
    mutating func bindParameter(_ name: String) {
        bindParameter(name, type: ["request", "req", "httpRequest"].contains(name) ? "Request" : "")
    }

    mutating func bindParameter(_ name: String, type: String) {
        let plain = type.split(whereSeparator: { ". ".contains($0) }).last.map(String.init) ?? type
        origins[name] = Self.requestTypes.contains(plain) ? .remote : nil
        composed[name] = nil
        fixed.remove(name)
        if ["String", "Substring", "String?", "StringProtocol"].contains(plain) {
            textParameters.insert(name)
        } else {
            textParameters.remove(name)
        }
    }

    /// What servers get; requests that a program makes itself have other names.
    private static let requestTypes: Set<String> = [
        "Request", "HTTPRequest", "HTTPRequestHead", "HTTPServerRequest", "ServerRequest", "IncomingRequest",
    ]

    /// Whether a caller may pass any text here.
    func isTextParameter(_ expression: ExprSyntax) -> Bool {
        expression.as(DeclReferenceExprSyntax.self).map { textParameters.contains($0.baseName.text) } ?? false
    }

    func isRemote(_ expression: ExprSyntax) -> Bool { origin(of: expression) == .remote }

    /// Where a value may come from; nil for values of the program's own.
    func origin(of expression: ExprSyntax) -> Origin? { origin(of: expression, depth: 0) }

    private func origin(of expression: ExprSyntax, depth: Int) -> Origin? {
        guard depth < 60 else { return nil }
        func next(_ inner: ExprSyntax) -> Origin? { origin(of: inner, depth: depth + 1) }
        switch expression.as(ExprSyntaxEnum.self) {
        case .declReferenceExpr(let reference):
            return origins[reference.baseName.text]
        case .memberAccessExpr(let member): return origin(ofMember: member, next)
        case .functionCallExpr(let call): return origin(ofCall: call, next)
        case .subscriptCallExpr(let call): return next(call.calledExpression)
        case .stringLiteralExpr: return expression.interpolations.compactMap { next($0.expression) }.max()
        case .sequenceExpr(let sequence):
            // What a comparison yields is a truth value and no input any more.
            let operators = sequence.elements.compactMap { $0.as(BinaryOperatorExprSyntax.self)?.operator.text }
            if operators.contains(where: ["==", "!=", "<", ">", "<=", ">=", "&&", "||"].contains) { return nil }
            return sequence.elements.compactMap(next).max()
        case .tryExpr(let inner): return next(inner.expression)
        case .awaitExpr(let inner): return next(inner.expression)
        case .forceUnwrapExpr(let inner): return next(inner.expression)
        case .optionalChainingExpr(let inner): return next(inner.expression)
        case .tupleExpr(let tuple): return tuple.elements.compactMap { next($0.expression) }.max()
        case .arrayExpr(let array): return array.elements.compactMap { next($0.expression) }.max()
        case .ternaryExpr(let ternary): return [ternary.thenExpression, ternary.elseExpression].compactMap(next).max()
        default: return nil
        }
    }

    /// Parts of a request that a client does not choose.
    private static let harmlessMembers: Set<String> = [
        "logger", "id", "method", "application", "eventLoop", "allocator", "db", "fileio", "client", "cache", "count",
        "isEmpty", "lastPathComponent", "hashValue", "remoteAddress",
    ]

    private func origin(ofMember member: MemberAccessExprSyntax, _ next: (ExprSyntax) -> Origin?) -> Origin? {
        let name = member.declName.baseName.text
        let text = member.plainText
        if text.hasPrefix("CommandLine.arguments") || text.hasSuffix("processInfo.environment") { return .local }
        if text == "context.parameters" || text == "context.request" { return .remote }
        guard let base = member.base, !Self.harmlessMembers.contains(name) else { return nil }
        return next(base)
    }

    /// Calls that hand their input on as text, data or a place.
    private static let carriers: Set<String> = [
        "String", "Substring", "Data", "Array", "URL", "FilePath", "URLComponents", "NSString", "NSURL", "StaticString",
    ]

    /// Methods whose result still is what was put in; what others make of it is the program's own.
    private static let carryingMethods: Set<String> = [
        "get", "require", "first", "last", "string", "collect", "decode", "map", "flatMap", "compactMap", "split",
        "joined",
        "prefix", "suffix", "dropFirst", "dropLast", "lowercased", "uppercased", "trimmingCharacters", "replacing",
        "replacingOccurrences", "removingPercentEncoding", "appending", "appendingPathComponent", "append", "getString",
        "getBytes", "readString", "description", "formatted", "trimmingPrefix", "components",
    ]

    private func origin(ofCall call: FunctionCallExprSyntax, _ next: (ExprSyntax) -> Origin?) -> Origin? {
        if let member = call.calledExpression.as(MemberAccessExprSyntax.self), let base = member.base {
            guard Self.carryingMethods.contains(member.declName.baseName.text) else { return nil }
            return next(base)
        }
        let name = call.calledExpression.plainText
        if name == "readLine" || name == "getenv" { return .local }
        guard Self.carriers.contains(name) else { return nil }
        return call.arguments.compactMap { next($0.expression) }.max()
    }

    /// The expression that puts a text together from parts that vary, directly or by a name; nil for fixed text.
    func composition(of expression: ExprSyntax) -> ExprSyntax? {
        switch expression.as(ExprSyntaxEnum.self) {
        case .stringLiteralExpr:
            let varies = expression.interpolations.contains { !isFixed($0.expression) }
            return varies ? expression : nil
        case .sequenceExpr(let sequence):
            let isSum = sequence.elements.contains { $0.as(BinaryOperatorExprSyntax.self)?.operator.text == "+" }
            guard isSum, sequence.elements.contains(where: { $0.is(StringLiteralExprSyntax.self) }) else { return nil }
            let varies = sequence.elements.contains { element in
                if element.is(BinaryOperatorExprSyntax.self) { return false }
                if element.is(StringLiteralExprSyntax.self) { return composition(of: element) != nil }
                return !isFixed(element)
            }
            return varies ? expression : nil
        case .declReferenceExpr(let reference): return composed[reference.baseName.text]
        case .tupleExpr(let tuple) where tuple.elements.count == 1:
            return tuple.elements.first.flatMap { composition(of: $0.expression) }
        case .functionCallExpr(let call) where call.calledExpression.plainText == "String":
            let isFormat = call.arguments.first?.label?.text == "format" && call.arguments.count > 1
            return isFormat ? call.arguments.first?.expression : nil
        case .tryExpr(let inner): return composition(of: inner.expression)
        default: return nil
        }
    }

    /// Literals, constants of types (`Self.table`, `Schema.name`), and enumerations' raw values.
    private func isFixed(_ expression: ExprSyntax) -> Bool {
        if expression.isConstant { return true }
        if let reference = expression.as(DeclReferenceExprSyntax.self) {
            return fixed.contains(reference.baseName.text)
        }
        if let sequence = expression.as(SequenceExprSyntax.self) {
            let choices = sequence.elements.compactMap { $0.as(UnresolvedTernaryExprSyntax.self)?.thenExpression }
            return !choices.isEmpty && choices.allSatisfy(\.isConstant) && sequence.elements.last?.isConstant == true
        }
        guard let member = expression.as(MemberAccessExprSyntax.self), let base = member.base else { return false }
        if member.declName.baseName.text == "rawValue" { return true }
        return base.plainText.first?.isUppercase == true && !base.plainText.contains("(")
    }

    /// The fixed text at the beginning of a composed text, for seeing what language it is in.
    static func outline(of expression: ExprSyntax) -> String {
        if let sequence = expression.as(SequenceExprSyntax.self) {
            return sequence.elements.compactMap(\.literalOutline).joined(separator: " ")
        }
        return expression.literalOutline ?? ""
    }
}
