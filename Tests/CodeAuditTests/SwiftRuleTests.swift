import Testing

@testable import CodeAudit

@Suite struct SwiftRuleTests {
    private static func rules(_ code: String) -> [String] {
        SwiftLinter.lint(code, path: "a.swift").findings.map(\.rule.id)
    }

    @Test(arguments: SwiftRules.all.map(\.rule))
    func findsTheBadExampleAndNotTheGoodOne(rule: AuditRule) throws {
        let example = try #require(rule.example)
        #expect(Self.rules(example.bad).contains(rule.id), "\(example.bad)")
        #expect(!Self.rules(example.good).contains(rule.id), "\(example.good)")
    }

    @Test func everyRuleSaysAllThatAReaderNeeds() {
        #expect(SwiftRules.all.count >= 20)
        #expect(Set(AuditRules.all.map(\.id)).count == AuditRules.all.count, "identifiers are unique")
        for rule in AuditRules.all {
            #expect(rule.id.wholeMatch(of: /[a-z0-9]+(-[a-z0-9]+)*/) != nil)
            #expect(!rule.title.hasSuffix(".") && rule.fix.hasSuffix("."), "\(rule.id)")
            #expect(rule.cwe > 0)
        }
    }

    @Test(
        arguments: [
            (#"let sql = "DELETE FROM t WHERE id = \(id)"; try db.execute(sql: sql)"#, "sql-injection"),
            (#"try db.execute(sql: "SELECT * FROM t WHERE a = '" + name + "'")"#, "sql-injection"),
            (#"try db.execute(sql: String(format: "DELETE FROM t WHERE a = '%@'", name))"#, "sql-injection"),
            (#"sqlite3_exec(db, "UPDATE t SET a = \(x)", nil, nil, nil)"#, "sql-injection"),
            (#"let script = "rm -rf \(folder)"; process.arguments = ["-c", script]"#, "command-injection"),
            (#"system("ls \(folder)")"#, "command-injection"),
            (#"_ = try await run(.path("/bin/bash"), arguments: ["-lc", "cat " + file])"#, "command-injection"),
            (
                "func f(_ request: Request) { let p = request.uri.path; _ = FileHandle(forReadingAtPath: p) }",
                "path-traversal"
            ),
            ("func f(_ head: HTTPRequestHead) { fopen(head.uri, \"r\") }", "path-traversal"),
            ("let n = Int(CommandLine.arguments[1])!", "force-unwrap-input"),
            ("let n = Int(readLine()!)!", "force-unwrap-input"),
            ("func f(_ r: Request) { if let u = r.headers[.host] { _ = URL(string: u)! } }", "force-unwrap-input"),
            (
                #"router.get(":f") { request, context in try Data(contentsOf: root.appending(path: request.uri.path)) }"#,
                "path-traversal"
            ),
            (#"func f(table: String) { try db.execute(sql: "DROP TABLE \(table)") }"#, "sql-injection"),
            ("let x = TLSConfiguration(certificateVerification: .none)", "tls-verification-off"),
            ("let a = HMAC<Insecure.SHA1>.authenticationCode(for: d, using: k)", "weak-hash"),
            (#"let h = ["Access-Control-Allow-Origin": "*"]"#, "permissive-cors"),
            (#"logger.error("failed", metadata: ["x": "1"]); print(apiKey)"#, "secret-in-log"),
            ("if request.signature != expected { throw x }", "timing-comparison"),
            (
                "try FileManager.default.setAttributes([.posixPermissions: 0o666], ofItemAtPath: p)",
                "world-writable-file"
            ),
        ] as [(String, String)]
    )
    func findsOtherSpellings(code: String, rule: String) { #expect(Self.rules(code).contains(rule), "\(code)") }

    @Test(
        arguments: [
            // Bound by the library, or fixed.
            #"try await client.query("SELECT * FROM t WHERE a = \(name)", logger: logger)"#,
            #"try await db.raw("SELECT * FROM t WHERE a = \(bind: name)").run()"#,
            #"try db.execute(literal: "DELETE FROM t WHERE a = \(name)")"#,
            #"try db.execute(sql: "SELECT a FROM \(Self.table) WHERE b = ?", arguments: [b])"#,
            #"print("Select an entry from \(name)"); query("please update \(x) set it")"#,
            #"let c = up ? "a" : "b"; try db.execute(sql: "UPDATE t SET \(c) = \(c) + 1")"#,
            "struct Job { func f() { _ = URL(filePath: request.folder) } }",
            // Arguments, no shell.
            #"_ = try await run(.name("git"), arguments: ["-c", "user.name=\(name)", "commit"])"#,
            #"_ = try await run(.name("sh"), arguments: ["-c", "echo \"$1\"", "sh", name])"#,
            #"let argv = ["git", "-c", "core.editor=\(editor)"]"#,
            // Constant, or not from a request.
            #"let url = URL(string: "https://example.com")!"#, "let first = list.first!", "let n = Int(text)!",
            "func f(path: String) throws { _ = try Data(contentsOf: URL(filePath: path)) }",
            "let v = try! Regex(\"[a-z]+\")",
            "let cookie = Cookie(isSecure: true)", "tls.minimumTLSVersion = .tlsv12",
            #"let a = "http://127.0.0.1:8000/health""#, #"let b = "http://\(host):\(port)/""#,
            #"let c = "http://localhost""#,
            #"let n = "http://www.w3.org/2000/svg""#, #"let s = "http://registry.example.com/""#,
            #"let passwordField = "kT9#vLq2xW""#, #"let password = "password""#, #"let apiKey = "<your key>""#,
            #"let tokenURL = "https://id.example.com/oauth/token""#, "if password == nil { return }",
            #"if token == "end" { return }"#, "logger.info(\"token expires in \\(tokenLifetime)\")",
            "let roll = Int.random(in: 1...6)", "let lines = data.withUnsafeBytes { $0.count }",
            "chmod(path, 0o1777)", #"let f = URL(filePath: "/etc/hosts")"#,
        ]
    )
    func leavesOrdinaryCodeAlone(code: String) { #expect(Self.rules(code).isEmpty, "\(code)") }

    @Test func pointsAtTheExpression() throws {
        let code = "let é = \"é\"\n    /* ü */ let a = Insecure.MD5.hash(data: d)\n"
        let finding = try #require(SwiftLinter.lint(code, path: "x.swift").findings.first)
        #expect(finding.location.description == "x.swift:2:21")
    }

    @Test(arguments: ["", "}}}", "let x = \"\\(", "func f( {", "#if", String(repeating: "(", count: 3000)])
    func survivesWhatIsNoSwift(code: String) { _ = SwiftLinter.lint(code, path: "a.swift") }
}
