import SwiftSyntax

/// What servers do with requests and answers.
enum RequestRules {
    static let all = [
        serverSideRequest, openRedirect, corsWildcard, insecureCookie, unboundedBody, headerFromInput, debugErrors,
    ]

    static let serverSideRequest = SwiftRule(
        AuditRule(
            "server-side-request",
            "A request chooses the address that the server asks",
            .high,
            .medium,
            cwe: 918,
            fix: "Choose the host from a fixed list; refuse private and link-local addresses.",
            bad: """
                func fetch(_ request: Request) async throws {
                    let address = request.query["url"]
                    _ = try await client.execute(HTTPClientRequest(url: address))
                }
                """,
            good: """
                func fetch(_ request: Request) async throws {
                    _ = try await client.execute(HTTPClientRequest(url: "https://api.example.com/status"))
                }
                """
        )
    ) { fact, scope in
        guard case .call(let call) = fact else { return nil }
        let makesRequest = ["HTTPClientRequest", "URLRequest", "HTTPClient.Request"].contains(call.callee)
        let sends =
            ["get", "post", "put", "delete", "data", "download"].contains(call.name)
            && ["client", "httpClient", "http", "session", "URLSession.shared"].contains {
                call.callee.hasPrefix("\($0).")
            }
        guard makesRequest || sends, let address = call["url"] ?? call["from"] ?? call.first,
            scope.isRemote(address)
        else { return nil }
        return SwiftRule.Verdict("the address comes from a request")
    }

    static let openRedirect = SwiftRule(
        AuditRule(
            "open-redirect",
            "A request chooses where the browser is sent",
            .medium,
            .high,
            cwe: 601,
            fix: "Redirect to paths of this server only, or to hosts of a fixed list.",
            bad: """
                func back(_ request: Request) -> Response { request.redirect(to: request.query["next"]) }
                """,
            good: """
                func back(_ request: Request) -> Response { request.redirect(to: "/home") }
                """
        )
    ) { fact, scope in
        guard case .call(let call) = fact, call.name == "redirect", let target = call["to"] ?? call.first,
            scope.isRemote(target)
        else { return nil }
        return SwiftRule.Verdict("the target comes from a request")
    }

    static let corsWildcard = SwiftRule(
        AuditRule(
            "permissive-cors",
            "Every web site may use this server in its users' name",
            .medium,
            .medium,
            cwe: 942,
            fix: "List the origins that may ask.",
            bad: """
                let cors = CORSMiddleware(allowOrigin: .all)
                """,
            good: """
                let cors = CORSMiddleware(allowOrigin: .custom("https://app.example.com"))
                """
        )
    ) { fact, _ in
        switch fact {
        case .binding(let binding) where ["allowOrigin", "allowedOrigin", "allowedOrigins"].contains(binding.name):
            let value = binding.value.plainText
            guard [".all", ".originBased", ".any", "\"*\"", "[\"*\"]"].contains(where: value.hasSuffix) else {
                return nil
            }
            return SwiftRule.Verdict("every origin is allowed", .high)
        case .entry(let key, let value):
            guard isAllowOrigin(key), value.literalText == "*" else { return nil }
            return SwiftRule.Verdict("every origin is allowed", .high)
        case .call(let call):
            guard ["add", "replaceOrAdd", "append", "set"].contains(call.name),
                call.arguments.contains(where: { isAllowOrigin($0.value) }),
                call.arguments.contains(where: { $0.value.literalText == "*" })
            else { return nil }
            return SwiftRule.Verdict("every origin is allowed", .high)
        default: return nil
        }
    }

    private static func isAllowOrigin(_ key: ExprSyntax) -> Bool {
        key.literalText?.lowercased() == "access-control-allow-origin" || key.lastName == "accessControlAllowOrigin"
    }

    static let insecureCookie = SwiftRule(
        AuditRule(
            "insecure-cookie",
            "A cookie that scripts or plain HTTP can read",
            .medium,
            .high,
            cwe: 614,
            fix: "Set both `isSecure` and `isHTTPOnly`.",
            bad: """
                let cookie = HTTPCookies.Value(string: id, isSecure: false, isHTTPOnly: true)
                """,
            good: """
                let cookie = HTTPCookies.Value(string: id, isSecure: true, isHTTPOnly: true)
                """
        )
    ) { fact, _ in
        guard case .binding(let binding) = fact,
            ["isSecure", "isHTTPOnly", "httpOnly", "secure"].contains(binding.name),
            binding.value.plainText == "false"
        else { return nil }
        return SwiftRule.Verdict("\(binding.name) is off")
    }

    static let unboundedBody = SwiftRule(
        AuditRule(
            "unbounded-body",
            "A body of any size is held in memory",
            .medium,
            .high,
            cwe: 770,
            fix: "Give a limit in bytes, or read it as a stream.",
            bad: """
                func take(_ request: Request) async throws { _ = try await request.body.collect(upTo: .max) }
                """,
            good: """
                func take(_ request: Request) async throws { _ = try await request.body.collect(upTo: 1 << 20) }
                """
        )
    ) { fact, _ in
        guard case .binding(let binding) = fact, ["upTo", "max", "maxSize", "maxBodySize"].contains(binding.name),
            [".max", "Int.max"].contains(binding.value.plainText)
        else { return nil }
        return SwiftRule.Verdict("there is no limit")
    }

    static let headerFromInput = SwiftRule(
        AuditRule(
            "header-injection",
            "A request chooses a header of the answer",
            .medium,
            .medium,
            cwe: 113,
            fix: "Allow known values only; line breaks in a value start a header of their own.",
            bad: """
                func name(_ request: Request, _ response: inout Response) {
                    response.headers.add(name: "Content-Disposition", value: request.query["file"])
                }
                """,
            good: """
                func name(_ request: Request, _ response: inout Response) {
                    response.headers.add(name: "Content-Disposition", value: "attachment")
                }
                """
        )
    ) { fact, scope in
        guard case .call(let call) = fact, ["add", "replaceOrAdd"].contains(call.name), call.callee.contains("eaders"),
            let value = call["value"], scope.isRemote(value)
        else { return nil }
        return SwiftRule.Verdict("the header's value comes from a request")
    }

    static let debugErrors = SwiftRule(
        AuditRule(
            "error-disclosure",
            "An answer that shows the program's inside",
            .low,
            .medium,
            cwe: 209,
            fix: "Log the error with an identifier and answer with the identifier only.",
            bad: #"""
                func fail(_ error: any Error) -> Response {
                    Response(status: .internalServerError, body: .init(string: "\(error)"))
                }
                """#,
            good: """
                func fail(_ error: any Error) -> Response {
                    Response(status: .internalServerError, body: .init(string: "internal error"))
                }
                """
        )
    ) { fact, _ in
        guard case .call(let call) = fact, call.name == "Response", let status = call["status"],
            status.plainText.hasSuffix("internalServerError"), let body = call["body"]
        else { return nil }
        let text = body.plainText
        guard
            text.contains("\\(error)") || text.contains("reflecting:error")
                || text.contains("error.localizedDescription")
        else { return nil }
        return SwiftRule.Verdict("the body holds the error")
    }
}
