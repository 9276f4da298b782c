import SwiftSyntax

/// Text from outside, or put together from parts, that another language then runs.
enum InjectionRules {
    static let all = [commandInjection, untrustedProgram, sqlInjection, formatString, regexFromInput, predicateFormat]

    private static let shells: Set<String> = ["sh", "bash", "zsh", "dash", "ash", "ksh", "cmd", "powershell", "pwsh"]

    static let commandInjection = SwiftRule(
        AuditRule(
            "command-injection",
            "A shell command put together from parts",
            .critical,
            .high,
            cwe: 78,
            fix: "Start the program itself with an array of arguments; where a shell is needed, pass values as \"$1\".",
            bad: #"""
                func list(_ folder: String) async throws {
                    _ = try await Subprocess.run(.name("sh"), arguments: ["-c", "ls -l \(folder)"])
                }
                """#,
            good: #"""
                func list(_ folder: String) async throws {
                    _ = try await Subprocess.run(.name("ls"), arguments: ["-l", "--", folder])
                }
                """#
        )
    ) { fact, scope in
        switch fact {
        case .call(let call):
            guard ["system", "popen", "shell", "shellOut", "bash", "runShell", "Glibc.system"].contains(call.callee),
                let command = call.arguments.first?.value
            else { return nil }
            guard scope.composition(of: command) != nil || scope.isRemote(command) else { return nil }
            return SwiftRule.Verdict("\(call.callee) runs a command put together from parts")
        case .binding(let binding):
            guard let array = binding.value.as(ArrayExprSyntax.self) else { return nil }
            let values = array.elements.map(\.expression)
            guard let flag = values.firstIndex(where: { isCommandFlag($0) }), flag + 1 < values.count else {
                return nil
            }
            // `git -c key=value` is an option and no script: ask what is started.
            let program = flag > 0 ? values[0].literalText : nil
            if let program, !shells.contains(name(of: program)) { return nil }
            if program == nil, let started = startedProgram(binding), !shells.contains(name(of: started)) { return nil }
            let script = values[flag + 1]
            guard scope.composition(of: script) != nil || scope.isRemote(script) else { return nil }
            return SwiftRule.Verdict("a shell runs a script put together from parts")
        default: return nil
        }
    }

    private static func name(of program: String) -> String {
        program.split(separator: "/").last.map(String.init) ?? program
    }

    private static func isCommandFlag(_ value: ExprSyntax) -> Bool {
        guard let text = value.literalText, text.hasPrefix("-"), !text.hasPrefix("--") else { return false }
        return text.hasSuffix("c") && text.count <= 5 && text.dropFirst().allSatisfy { "cexulip".contains($0) }
    }

    /// The program of the call that an array of arguments belongs to, where it is written out.
    private static func startedProgram(_ binding: Fact.Binding) -> String? {
        guard let call = binding.value.parent?.parent?.parent?.as(FunctionCallExprSyntax.self) else { return nil }
        for argument in call.arguments {
            if let inner = argument.expression.as(FunctionCallExprSyntax.self),
                let text = inner.arguments.first?.expression.literalText
            {
                return text
            }
            if let text = argument.expression.literalText { return text }
        }
        return nil
    }

    static let untrustedProgram = SwiftRule(
        AuditRule(
            "untrusted-program",
            "A request chooses the program that is started",
            .critical,
            .high,
            cwe: 426,
            fix: "Let the request choose from a fixed list of programs.",
            bad: """
                func run(_ request: Request) async throws {
                    let tool = request.query["tool"]
                    _ = try await Subprocess.run(.name(tool), arguments: [])
                }
                """,
            good: """
                func run(_ request: Request) async throws {
                    guard request.query["tool"] == "date" else { throw Abort(.badRequest) }
                    _ = try await Subprocess.run(.name("date"), arguments: [])
                }
                """
        )
    ) { fact, scope in
        switch fact {
        case .binding(let binding) where ["executableURL", "launchPath", "executable"].contains(binding.name):
            return scope.isRemote(binding.value) ? SwiftRule.Verdict("the program comes from a request") : nil
        case .call(let call) where [".name", ".path"].contains(call.callee):
            guard let first = call.first, scope.isRemote(first),
                call.node.parent?.parent?.parent?.as(FunctionCallExprSyntax.self)?.calledExpression.plainText.hasSuffix(
                    "run"
                )
                    == true
            else { return nil }
            return SwiftRule.Verdict("the program comes from a request")
        default: return nil
        }
    }

    private static let queryCalls: Set<String> = [
        "execute", "query", "raw", "prepare", "prepareStatement", "makeStatement", "fetchAll", "fetchOne",
        "fetchCursor",
        "simpleQuery", "run", "exec", "scalar", "executeQuery", "executeUpdate", "sqlite3_exec", "sqlite3_prepare_v2",
        "PQexec", "mysql_query", "SQLRequest", "sql", "cachedStatement",
    ]
    /// Labels with which libraries bind values instead of pasting them.
    private static let bindingLabels: Set<String> = ["bind", "binds", "ident", "idents", "literal", "literals"]

    static let sqlInjection = SwiftRule(
        AuditRule(
            "sql-injection",
            "SQL put together from parts",
            .critical,
            .high,
            cwe: 89,
            fix: "Bind values as parameters (`?`, `$1`); choose names of tables and columns from a fixed list.",
            bad: #"""
                func user(_ name: String, in db: Database) throws -> Row? {
                    try Row.fetchOne(db, sql: "SELECT * FROM users WHERE name = '\(name)'")
                }
                """#,
            good: """
                func user(_ name: String, in db: Database) throws -> Row? {
                    try Row.fetchOne(db, sql: "SELECT * FROM users WHERE name = ?", arguments: [name])
                }
                """
        )
    ) { fact, scope in
        guard case .call(let call) = fact, queryCalls.contains(call.name) else { return nil }
        for argument in call.arguments.prefix(3) {
            guard let text = scope.composition(of: argument.value), isSQL(Scope.outline(of: text)) else { continue }
            let direct = argument.value.is(StringLiteralExprSyntax.self)
            // Libraries bind what is interpolated into such an argument.
            if direct, argument.label == "literal" { continue }
            if direct, isBound(argument.value, call) { continue }
            let confidence = confidence(of: text, scope)
            return SwiftRule.Verdict("\(call.name) gets SQL put together from parts", confidence)
        }
        return nil
    }

    /// A part that stands for a value is a fault. One that stands for a name, such as a table's, is one where anything
    /// may be passed.
    private static func confidence(of text: ExprSyntax, _ scope: Scope) -> AuditRule.Confidence {
        guard let literal = text.as(StringLiteralExprSyntax.self) else { return .high }
        var before = ""
        var result = AuditRule.Confidence.low
        for segment in literal.segments {
            switch segment {
            case .stringSegment(let part): before += part.content.text
            case .expressionSegment(let part):
                let isValue = before.firstMatch(
                    of: /(?i)(['"%=<>]|\bLIKE|\bVALUES\s*\([^)]*|\bIN\s*\([^)]*|\bLIMIT|\bMATCH)\s*$/
                )
                if isValue != nil { return .high }
                let values = part.expressions.map(\.expression)
                if values.contains(where: { scope.origin(of: $0) != nil }) { return .high }
                if values.contains(where: scope.isTextParameter) { result = .medium }
                before += "x"
            }
        }
        return result
    }

    private static func isBound(_ literal: ExprSyntax, _ call: Fact.Call) -> Bool {
        let labels = literal.interpolations.map { $0.label?.text }
        if labels.allSatisfy({ $0.map(bindingLabels.contains) ?? false }) { return true }
        return call.name == "query" && call["logger"] != nil && labels.allSatisfy { $0 == nil }
    }

    private static func isSQL(_ text: String) -> Bool {
        text.firstMatch(
            of:
                /(?i)^\s*(SELECT\s.*\sFROM|INSERT\s+(OR\s+\w+\s+)?INTO|UPDATE\s+\S*\s+SET|DELETE\s+FROM|CREATE\s+(TABLE|INDEX|VIEW|TRIGGER)|DROP\s+\w+|ALTER\s+TABLE|WITH\s+\w+.*\sAS\s|PRAGMA\s|REPLACE\s+INTO|TRUNCATE\s|GRANT\s|ATTACH\s|VACUUM\s)/
                .dotMatchesNewlines()
        ) != nil
    }

    static let formatString = SwiftRule(
        AuditRule(
            "format-string",
            "A format that a request chooses",
            .high,
            .high,
            cwe: 134,
            fix: "Write the format out and pass the input as an argument.",
            bad: """
                func greet(_ request: Request) -> String { String(format: request.headers["X-Greeting"], "x") }
                """,
            good: """
                func greet(_ request: Request) -> String { String(format: "%@", request.headers["X-Greeting"]) }
                """
        )
    ) { fact, scope in
        guard case .call(let call) = fact, ["String", "NSString", "NSLog", "vsnprintf"].contains(call.callee) else {
            return nil
        }
        guard let format = call["format"] ?? (call.callee == "NSLog" ? call.first : nil), scope.isRemote(format) else {
            return nil
        }
        return SwiftRule.Verdict("the format comes from a request")
    }

    static let regexFromInput = SwiftRule(
        AuditRule(
            "regex-from-input",
            "A pattern that a request chooses",
            .medium,
            .high,
            cwe: 1333,
            fix: "Escape the input, or limit what may be searched: some patterns take exponential time.",
            bad: """
                func search(_ request: Request) throws { _ = try Regex(request.query["q"]) }
                """,
            good: """
                func search(_ request: Request) -> Bool { text.contains(request.query["q"]) }
                """
        )
    ) { fact, scope in
        guard case .call(let call) = fact, ["Regex", "NSRegularExpression"].contains(call.callee),
            let pattern = call.first, scope.isRemote(pattern)
        else { return nil }
        return SwiftRule.Verdict("the pattern comes from a request")
    }

    static let predicateFormat = SwiftRule(
        AuditRule(
            "predicate-injection",
            "A predicate put together from parts",
            .high,
            .high,
            cwe: 943,
            fix: "Pass values as arguments of the format (%@), or use #Predicate.",
            bad: #"""
                func find(_ name: String) -> NSPredicate { NSPredicate(format: "name == '\(name)'") }
                """#,
            good: """
                func find(_ name: String) -> NSPredicate { NSPredicate(format: "name == %@", name) }
                """
        )
    ) { fact, scope in
        guard case .call(let call) = fact, ["NSPredicate", "NSExpression"].contains(call.callee),
            let format = call["format"], scope.composition(of: format) != nil || scope.isRemote(format)
        else { return nil }
        return SwiftRule.Verdict("\(call.callee) gets a format put together from parts")
    }
}
