import Core
import SwiftParser
import SwiftSyntax

/// Reads one Swift file and applies all rules about code.
enum SwiftLinter {
    /// - Parameters:
    ///   - text: The file's text.
    ///   - path: Its name in findings.
    /// - Returns: The findings in the order of the text, and the suppressions in its comments.
    static func lint(_ text: String, path: String) -> (findings: [AuditFinding], suppressions: [Suppression]) {
        let tree = Parser.parse(source: text)
        let converter = SourceLocationConverter(fileName: path, tree: tree)
        let visitor = FactVisitor(converter: converter, path: path)
        visitor.walk(tree)
        let findings = visitor.findings.sorted {
            ($0.location, $0.rule.id, $0.message) < ($1.location, $1.rule.id, $1.message)
        }
        let suppressions = text.contains("slipway:allow(") ? suppressions(in: tree, converter) : []
        return (findings, suppressions)
    }

    /// Markers in comments only: the same words inside a string are none.
    private static func suppressions(in tree: SourceFileSyntax, _ converter: SourceLocationConverter) -> [Suppression] {
        var found: [Suppression] = []
        for token in tree.tokens(viewMode: .sourceAccurate) {
            var position = token.position
            var standsAlone = token.previousToken(viewMode: .sourceAccurate) == nil
            for piece in token.leadingTrivia {
                switch piece {
                case .newlines, .carriageReturnLineFeeds, .carriageReturns: standsAlone = true
                case .lineComment(let text), .blockComment(let text):
                    let line = converter.location(for: position).line
                    if let one = Suppression(text, line: line, standsAlone: standsAlone) { found.append(one) }
                default: break
                }
                position += piece.sourceLength
            }
            position = token.endPositionBeforeTrailingTrivia
            for piece in token.trailingTrivia {
                if case .lineComment(let text) = piece {
                    let line = converter.location(for: position).line
                    if let one = Suppression(text, line: line, standsAlone: false) { found.append(one) }
                } else if case .blockComment(let text) = piece {
                    let line = converter.location(for: position).line
                    if let one = Suppression(text, line: line, standsAlone: false) { found.append(one) }
                }
                position += piece.sourceLength
            }
        }
        return found
    }
}

/// Walks a file and turns its code into facts, keeping the scope of each function.
private final class FactVisitor: SyntaxVisitor {
    private let converter: SourceLocationConverter
    private let path: String
    private var scopes = [Scope()]
    private(set) var findings: Set<AuditFinding> = []

    init(converter: SourceLocationConverter, path: String) {
        self.converter = converter
        self.path = path
        super.init(viewMode: .sourceAccurate)
    }

    private func report(_ fact: Fact) {
        let scope = scopes[scopes.count - 1]
        for rule in SwiftRules.all {
            guard let verdict = rule.judge(fact, scope) else { continue }
            let place = location(of: fact.node)
            findings.insert(AuditFinding(rule.rule, at: place, verdict.message, confidence: verdict.confidence))
        }
    }

    /// The parser counts columns in bytes.
    private func location(of node: Syntax) -> Core.SourceLocation {
        let place = converter.location(for: node.positionAfterSkippingLeadingTrivia)
        let line = converter.sourceLines[place.line - 1]
        let column = String(decoding: line.utf8.prefix(place.column - 1), as: UTF8.self).unicodeScalars.count + 1
        return Core.SourceLocation(file: path, line: place.line, column: column)
    }

    private func bind(_ name: String, to value: ExprSyntax) { scopes[scopes.count - 1].bind(name, to: value) }

    // MARK: Scopes

    private func enter(_ parameters: [(name: String, type: String)]) {
        var scope = scopes[scopes.count - 1]
        for parameter in parameters { scope.bindParameter(parameter.name, type: parameter.type) }
        scopes.append(scope)
    }

    private func leave() { scopes.removeLast() }

    private func parameters(_ list: FunctionParameterListSyntax) -> [(name: String, type: String)] {
        list.map { (($0.secondName ?? $0.firstName).text, $0.type.trimmedDescription) }
    }

    override func visit(_ node: FunctionDeclSyntax) -> SyntaxVisitorContinueKind {
        enter(parameters(node.signature.parameterClause.parameters))
        return .visitChildren
    }

    override func visitPost(_ node: FunctionDeclSyntax) { leave() }

    override func visit(_ node: InitializerDeclSyntax) -> SyntaxVisitorContinueKind {
        enter(parameters(node.signature.parameterClause.parameters))
        return .visitChildren
    }

    override func visitPost(_ node: InitializerDeclSyntax) { leave() }

    override func visit(_ node: ClosureExprSyntax) -> SyntaxVisitorContinueKind {
        enter([])
        let last = scopes.count - 1
        switch node.signature?.parameterClause {
        case .simpleInput(let names): for name in names { scopes[last].bindParameter(name.name.text) }
        case .parameterClause(let clause):
            for parameter in clause.parameters {
                let name = (parameter.secondName ?? parameter.firstName).text
                if let type = parameter.type?.trimmedDescription {
                    scopes[last].bindParameter(name, type: type)
                } else {
                    scopes[last].bindParameter(name)
                }
            }
        case nil: break
        }
        return .visitChildren
    }

    override func visitPost(_ node: ClosureExprSyntax) { leave() }

    override func visit(_ node: AccessorBlockSyntax) -> SyntaxVisitorContinueKind {
        enter([])
        return .visitChildren
    }

    override func visitPost(_ node: AccessorBlockSyntax) { leave() }

    // MARK: Facts

    override func visitPost(_ node: PatternBindingSyntax) {
        guard let value = node.initializer?.value, let name = node.pattern.as(IdentifierPatternSyntax.self) else {
            return
        }
        let type = node.typeAnnotation?.type.trimmedDescription
        report(.binding(Fact.Binding(kind: .declaration, name: name.identifier.text, value: value, type: type)))
        bind(name.identifier.text, to: value)
    }

    override func visitPost(_ node: OptionalBindingConditionSyntax) {
        guard let value = node.initializer?.value, let name = node.pattern.as(IdentifierPatternSyntax.self) else {
            return
        }
        bind(name.identifier.text, to: value)
    }

    override func visitPost(_ node: SequenceExprSyntax) {
        let elements = Array(node.elements)
        guard elements.count >= 3 else { return }
        if elements[1].is(AssignmentExprSyntax.self), let name = elements[0].lastName {
            let value =
                elements.count == 3
                ? elements[2] : ExprSyntax(SequenceExprSyntax(elements: ExprListSyntax(elements[2...])))
            report(.binding(Fact.Binding(kind: .assignment, name: name, value: value, type: nil)))
            if elements[0].is(DeclReferenceExprSyntax.self) { bind(name, to: value) }
        }
        for index in elements.indices.dropFirst().dropLast() {
            if let comparison = elements[index].as(BinaryOperatorExprSyntax.self),
                ["==", "!="].contains(comparison.operator.text)
            {
                report(.comparison(left: elements[index - 1], right: elements[index + 1]))
            }
            if let cast = elements[index].as(UnresolvedAsExprSyntax.self),
                cast.questionOrExclamationMark?.text == "!"
            {
                report(.forceCast(node))
            }
        }
    }

    override func visitPost(_ node: FunctionCallExprSyntax) {
        let call = Fact.Call(node)
        report(.call(call))
        for argument in call.arguments {
            guard let label = argument.label else { continue }
            report(.binding(Fact.Binding(kind: .argument, name: label, value: argument.value, type: nil)))
        }
    }

    override func visit(_ node: MemberAccessExprSyntax) -> SyntaxVisitorContinueKind {
        // Only whole chains: `a.b.c` once.
        if node.parent?.is(MemberAccessExprSyntax.self) != true { report(.mention(node.plainText, Syntax(node))) }
        return .visitChildren
    }

    override func visit(_ node: DeclReferenceExprSyntax) -> SyntaxVisitorContinueKind {
        if node.parent?.is(MemberAccessExprSyntax.self) != true { report(.mention(node.baseName.text, Syntax(node))) }
        return .skipChildren
    }

    override func visit(_ node: MemberTypeSyntax) -> SyntaxVisitorContinueKind {
        report(.mention(node.plainText, Syntax(node)))
        return .visitChildren
    }

    override func visit(_ node: StringLiteralExprSyntax) -> SyntaxVisitorContinueKind {
        report(.text(ExprSyntax(node).literalOutline ?? "", node))
        return .visitChildren
    }

    override func visitPost(_ node: ForceUnwrapExprSyntax) { report(.forceUnwrap(node)) }

    override func visitPost(_ node: TryExprSyntax) {
        if node.questionOrExclamationMark?.text == "!" { report(.forceTry(node)) }
    }

    override func visitPost(_ node: DictionaryElementSyntax) { report(.entry(key: node.key, value: node.value)) }
}
