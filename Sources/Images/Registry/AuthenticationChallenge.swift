/// What a registry asks for with a 401 (`WWW-Authenticate`, RFC 9110 section 11).
enum AuthenticationChallenge: Sendable, Hashable {
    case basic
    case bearer(realm: String, service: String?, scope: String?)

    /// The challenge that Slipway can answer; a bearer token goes before a password.
    static func choose(from headers: [String]) -> AuthenticationChallenge? {
        let all = headers.flatMap(parse)
        return all.first { if case .bearer = $0 { true } else { false } } ?? all.first
    }

    /// Reads `Scheme key="value", key=value, Scheme …`: several challenges may share a header, and values hold commas.
    static func parse(_ header: String) -> [AuthenticationChallenge] {
        var scanner = Scanner(header)
        var challenges: [AuthenticationChallenge] = []
        while let scheme = scanner.token() {
            let parameters = scanner.parameters()
            switch scheme.lowercased() {
            case "basic": challenges.append(.basic)
            case "bearer":
                guard let realm = parameters["realm"] else { continue }
                challenges.append(.bearer(realm: realm, service: parameters["service"], scope: parameters["scope"]))
            default: continue
            }
        }
        return challenges
    }

    private struct Scanner {
        private var rest: Substring

        init(_ text: String) { rest = Substring(text) }

        mutating func token() -> String? {
            rest = rest.drop { $0 == " " || $0 == "\t" || $0 == "," }
            let token = rest.prefix { !" \t,=\"".contains($0) }
            rest = rest.dropFirst(token.count)
            return token.isEmpty ? nil : String(token)
        }

        /// `key=value` pairs up to the next scheme, which is a token without an equals sign behind it.
        mutating func parameters() -> [String: String] {
            var parameters: [String: String] = [:]
            while true {
                let before = rest
                guard let key = token() else { return parameters }
                rest = rest.drop { $0 == " " || $0 == "\t" }
                guard rest.first == "=" else {
                    rest = before
                    return parameters
                }
                rest = rest.dropFirst().drop { $0 == " " || $0 == "\t" }
                parameters[key.lowercased()] = rest.first == "\"" ? quoted() : token() ?? ""
            }
        }

        private mutating func quoted() -> String {
            rest = rest.dropFirst()
            var value = ""
            while let character = rest.popFirst(), character != "\"" {
                if character == "\\", let escaped = rest.popFirst() {
                    value.append(escaped)
                } else {
                    value.append(character)
                }
            }
            return value
        }
    }
}
