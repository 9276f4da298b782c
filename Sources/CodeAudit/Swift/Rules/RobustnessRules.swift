import SwiftSyntax

/// Input that stops the program: one request is enough to take a server down.
enum RobustnessRules {
    static let all = [forceUnwrapInput, forceTryInput, forceCastInput, trapOnInput, insecureDecoding, xmlEntities]

    static let forceUnwrapInput = SwiftRule(
        AuditRule(
            "force-unwrap-input",
            "Input that stops the program",
            .high,
            .high,
            cwe: 248,
            fix: "Use `guard let` and answer with an error.",
            bad: """
                func page(_ request: Request) -> Int { Int(request.query["page"]!)! }
                """,
            good: """
                func page(_ request: Request) -> Int { Int(request.query["page"] ?? "") ?? 1 }
                """
        )
    ) { fact, scope in
        guard case .forceUnwrap(let node) = fact else { return nil }
        let origin = scope.origin(of: node.expression) ?? argumentOrigin(node.expression, scope)
        guard let origin else { return nil }
        return SwiftRule.Verdict("`!` on input", origin == .remote ? .high : .medium)
    }

    /// `Int(input)`, `URL(string: input)`, `UUID(uuidString: input)`: nil where the input is not as expected.
    private static func argumentOrigin(_ expression: ExprSyntax, _ scope: Scope) -> Scope.Origin? {
        guard let call = expression.as(FunctionCallExprSyntax.self),
            call.calledExpression.plainText.first?.isUppercase == true
        else { return nil }
        return call.arguments.compactMap { scope.origin(of: $0.expression) }.max()
    }

    static let forceTryInput = SwiftRule(
        AuditRule(
            "force-try-input",
            "An error of input that stops the program",
            .high,
            .medium,
            cwe: 248,
            fix: "Use `try` and answer with an error.",
            bad: """
                func order(_ request: Request) -> Order { try! JSONDecoder().decode(Order.self, from: request.body) }
                """,
            good: """
                func order(_ request: Request) throws -> Order { try JSONDecoder().decode(Order.self, from: request.body) }
                """
        )
    ) { fact, scope in
        guard case .forceTry(let node) = fact else { return nil }
        guard
            let call = node.expression.as(FunctionCallExprSyntax.self)
                ?? node.expression.as(AwaitExprSyntax.self)?.expression.as(FunctionCallExprSyntax.self)
        else { return nil }
        let values = call.arguments.map(\.expression)
        if values.contains(where: { scope.origin(of: $0) != nil }) {
            return SwiftRule.Verdict("`try!` on input", .high)
        }
        // What is fixed in the code fails always or never, and a test sees it.
        let reads = ["decode", "jsonObject", "contentsOf", "read", "write", "parse", "init"]
        let name = Fact.Call(call).name
        let takesData = call.arguments.contains {
            ["from", "with", "contentsOf", "data"].contains($0.label?.text ?? "")
        }
        guard values.contains(where: { !$0.isConstant }), reads.contains(name) || takesData else { return nil }
        return SwiftRule.Verdict("`try!` on data that the program did not make")
    }

    static let forceCastInput = SwiftRule(
        AuditRule(
            "force-cast-input",
            "Input of another type that stops the program",
            .high,
            .medium,
            cwe: 704,
            fix: "Use `as?`, or decode into a type.",
            bad: """
                let fields = try JSONSerialization.jsonObject(with: data) as! [String: Any]
                """,
            good: """
                let fields = try JSONSerialization.jsonObject(with: data) as? [String: Any]
                """
        )
    ) { fact, scope in
        guard case .forceCast(let node) = fact, let value = node.elements.first else { return nil }
        let text = value.plainText
        let decodes = text.contains("jsonObject(") || text.contains("propertyList(") || text.contains("unarchive")
        guard decodes || scope.origin(of: value) != nil else { return nil }
        return SwiftRule.Verdict("`as!` on input", .high)
    }

    static let trapOnInput = SwiftRule(
        AuditRule(
            "trap-on-input",
            "A check of input that stops the program",
            .medium,
            .high,
            cwe: 617,
            fix: "Throw an error and answer with it.",
            bad: """
                func size(_ request: Request) { precondition(request.headers["Content-Length"] != nil) }
                """,
            good: """
                func size(_ request: Request) throws {
                    guard request.headers["Content-Length"] != nil else { throw HTTPError(.lengthRequired) }
                }
                """
        )
    ) { fact, scope in
        guard case .call(let call) = fact, ["precondition", "fatalError", "preconditionFailure"].contains(call.callee),
            let first = call.first
        else { return nil }
        let parts = first.as(SequenceExprSyntax.self).map { Array($0.elements) } ?? [first]
        guard parts.contains(where: scope.isRemote) else { return nil }
        return SwiftRule.Verdict("\(call.callee) on what a request says")
    }

    static let insecureDecoding = SwiftRule(
        AuditRule(
            "insecure-decoding",
            "An archive that may make objects of any class",
            .high,
            .high,
            cwe: 502,
            fix: "Use `unarchivedObject(ofClass:from:)`, or Codable.",
            bad: """
                let object = NSKeyedUnarchiver.unarchiveObject(with: data)
                """,
            good: """
                let object = try NSKeyedUnarchiver.unarchivedObject(ofClass: NSString.self, from: data)
                """
        )
    ) { fact, _ in
        switch fact {
        case .call(let call):
            let unsafe = ["NSKeyedUnarchiver.unarchiveObject", "NSUnarchiver.unarchiveObject"]
            return unsafe.contains(call.callee) ? SwiftRule.Verdict("any class may be made") : nil
        case .binding(let binding) where binding.name == "requiresSecureCoding":
            return binding.value.plainText == "false" ? SwiftRule.Verdict("secure coding is off") : nil
        default: return nil
        }
    }

    static let xmlEntities = SwiftRule(
        AuditRule(
            "xml-external-entities",
            "XML that reads files of the server",
            .high,
            .high,
            cwe: 611,
            fix: "Leave external entities off.",
            bad: """
                parser.shouldResolveExternalEntities = true
                """,
            good: """
                parser.shouldResolveExternalEntities = false
                """
        )
    ) { fact, _ in
        switch fact {
        case .binding(let binding) where binding.name == "shouldResolveExternalEntities":
            return binding.value.plainText == "true" ? SwiftRule.Verdict("external entities are resolved") : nil
        case .mention(let text, _):
            let names = [
                "XML_PARSE_NOENT", ".nodeLoadExternalEntitiesAlways", "XMLNode.Options.nodeLoadExternalEntitiesAlways",
            ]
            return names.contains(text) ? SwiftRule.Verdict("external entities are resolved") : nil
        default: return nil
        }
    }
}
