import SwiftSyntax

/// A rule about Swift code: what it is, and how a fact of the code is judged.
struct SwiftRule: Sendable {
    /// What a judge says: the message, and how sure it is where that differs from the rule.
    struct Verdict: Sendable {
        let message: String
        var confidence: AuditRule.Confidence?

        init(_ message: String, _ confidence: AuditRule.Confidence? = nil) {
            self.message = message
            self.confidence = confidence
        }
    }

    let rule: AuditRule
    let judge: @Sendable (Fact, Scope) -> Verdict?

    init(_ rule: AuditRule, _ judge: @escaping @Sendable (Fact, Scope) -> Verdict?) {
        self.rule = rule
        self.judge = judge
    }
}

/// All of them, by theme.
enum SwiftRules {
    static let all: [SwiftRule] =
        InjectionRules.all + RequestRules.all + TransportRules.all + CryptographyRules.all + CredentialRules.all
        + RobustnessRules.all + MemoryRules.all + FileRules.all
}

/// What rules judge: the few shapes of code in which faults show.
enum Fact {
    case call(Call)
    /// A value that gets a name: in a declaration, an assignment, or as a labelled argument.
    case binding(Binding)
    /// A name or member that is mentioned, such as `Insecure.MD5` (calls' own names included).
    case mention(String, Syntax)
    /// Text that stands in the code, without interpolations.
    case text(String, StringLiteralExprSyntax)
    case forceUnwrap(ForceUnwrapExprSyntax)
    case forceTry(TryExprSyntax)
    case forceCast(SequenceExprSyntax)
    case comparison(left: ExprSyntax, right: ExprSyntax)
    /// A key of a dictionary literal with its value.
    case entry(key: ExprSyntax, value: ExprSyntax)

    struct Call {
        let node: FunctionCallExprSyntax
        /// The last part of what is called: `run` in `Subprocess.run(…)`.
        let name: String
        /// All of it, without blanks.
        let callee: String
        let arguments: [(label: String?, value: ExprSyntax)]

        init(_ node: FunctionCallExprSyntax) {
            self.node = node
            callee = node.calledExpression.plainText
            if let member = node.calledExpression.as(MemberAccessExprSyntax.self) {
                name = member.declName.baseName.text
            } else if let generic = node.calledExpression.as(GenericSpecializationExprSyntax.self) {
                name = generic.expression.plainText
            } else {
                name = callee
            }
            arguments = node.arguments.map { ($0.label?.text, $0.expression) }
        }

        subscript(label: String) -> ExprSyntax? { arguments.first { $0.label == label }?.value }

        var first: ExprSyntax? { arguments.first?.value }
    }

    struct Binding {
        enum Kind { case declaration, assignment, argument }

        let kind: Kind
        /// The last part of what is bound: `minimumTLSVersion` in `tls.minimumTLSVersion = …`.
        let name: String
        let value: ExprSyntax
        /// The declared type, where one is written.
        let type: String?
    }

    /// Where a finding points.
    var node: Syntax {
        switch self {
        case .call(let call): Syntax(call.node)
        case .binding(let binding): Syntax(binding.value)
        case .mention(_, let node): node
        case .text(_, let node): Syntax(node)
        case .forceUnwrap(let node): Syntax(node)
        case .forceTry(let node): Syntax(node)
        case .forceCast(let node): Syntax(node)
        case .comparison(let left, _): Syntax(left)
        case .entry(_, let value): Syntax(value)
        }
    }
}

extension SyntaxProtocol {
    /// The code without comments and blanks between its tokens, for comparing short expressions.
    var plainText: String { tokens(viewMode: .sourceAccurate).map(\.text).joined() }
}

extension ExprSyntax {
    /// The text of a string literal; nil where there are interpolations, or where it is none.
    var literalText: String? {
        guard let literal = self.as(StringLiteralExprSyntax.self) else { return nil }
        var text = ""
        for segment in literal.segments {
            guard case .stringSegment(let part) = segment else { return nil }
            text += part.content.text
        }
        return text
    }

    /// The fixed parts of a string literal, with a blank for each interpolation.
    var literalOutline: String? {
        guard let literal = self.as(StringLiteralExprSyntax.self) else { return nil }
        return literal.segments.map { segment in
            if case .stringSegment(let part) = segment { part.content.text } else { " " }
        }.joined()
    }

    var interpolations: [LabeledExprSyntax] {
        guard let literal = self.as(StringLiteralExprSyntax.self) else { return [] }
        return literal.segments.flatMap { segment -> [LabeledExprSyntax] in
            guard case .expressionSegment(let part) = segment else { return [] }
            return Array(part.expressions)
        }
    }

    /// The name at the end: `token` in `self.session.token`.
    var lastName: String? {
        if let reference = self.as(DeclReferenceExprSyntax.self) { return reference.baseName.text }
        if let member = self.as(MemberAccessExprSyntax.self) { return member.declName.baseName.text }
        if let unwrap = self.as(ForceUnwrapExprSyntax.self) { return unwrap.expression.lastName }
        if let chain = self.as(OptionalChainingExprSyntax.self) { return chain.expression.lastName }
        return nil
    }

    /// Whether the value is written out: literals, also inside of calls that only wrap them.
    var isConstant: Bool {
        if self.is(StringLiteralExprSyntax.self) { return interpolations.isEmpty }
        if self.is(IntegerLiteralExprSyntax.self) || self.is(BooleanLiteralExprSyntax.self) { return true }
        if let array = self.as(ArrayExprSyntax.self) { return array.elements.allSatisfy { $0.expression.isConstant } }
        if let member = self.as(MemberAccessExprSyntax.self), let base = member.base {
            return ["utf8", "utf16"].contains(member.declName.baseName.text) && base.isConstant
        }
        if let call = self.as(FunctionCallExprSyntax.self) {
            let wraps = ["Data", "Array", "[UInt8]", "String", "URL", "SymmetricKey", "StaticString"]
            return wraps.contains(call.calledExpression.plainText) && !call.arguments.isEmpty
                && call.arguments.allSatisfy { $0.expression.isConstant }
        }
        if let unwrap = self.as(ForceUnwrapExprSyntax.self) { return unwrap.expression.isConstant }
        return false
    }
}
