import CPostgres
import Foundation

/// What `DATABASE_URL` says, and what it leaves to us. Everything libpq knows is honoured: `sslmode`, `sslrootcert`,
/// several hosts with `target_session_attrs`, `options`, and the PG… variables of the environment.
struct PostgresAddress: Sendable, CustomStringConvertible, CustomReflectable {
    private let parameters: [(name: String, value: String)]
    private let password: Secret?

    /// Set unless the URL sets them: a server that went away without a word is noticed within half a minute.
    private static let defaults = [
        ("connect_timeout", "5"), ("keepalives_idle", "10"), ("keepalives_interval", "5"), ("keepalives_count", "3"),
        ("tcp_user_timeout", "20000"), ("fallback_application_name", "episodic-memory-api"),
    ]

    /// From such as `postgresql://USER:PASSWORD@HOST:PORT/DATABASE?sslmode=verify-full`; nil when it is none. libpq's
    /// reason is left out, since it quotes pieces of the password.
    init?(_ url: String) {
        guard url.hasPrefix("postgresql://") || url.hasPrefix("postgres://") else { return nil }
        var reason: UnsafeMutablePointer<CChar>?
        guard let options = PQconninfoParse(url, &reason) else {
            PQfreemem(reason)
            return nil
        }
        defer { PQconninfoFree(options) }
        var given: [(name: String, value: String)] = []
        var option = options
        while let keyword = option.pointee.keyword {
            if let value = option.pointee.val { given.append((String(cString: keyword), String(cString: value))) }
            option += 1
        }
        let names = Set(given.map(\.name))
        password = given.first { $0.name == "password" }.map { Secret(value: $0.value) }
        parameters = given + Self.defaults.filter { !names.contains($0.0) }.map { (name: $0.0, value: $0.1) }
    }

    /// Where it is, without the password.
    var description: String {
        func parameter(_ name: String) -> String? { parameters.first { $0.name == name }?.value }
        let hosts = (parameter("host") ?? parameter("hostaddr") ?? "").split(separator: ",")
        let ports = (parameter("port") ?? "").split(separator: ",")
        let places = hosts.enumerated().map { index, host in
            let port = ports.indices.contains(index) ? ports[index] : ports.first
            return port.map { "\(host):\($0)" } ?? String(host)
        }
        let user = parameter("user").map { "\($0)@" } ?? ""
        return "postgresql://\(user)\(places.joined(separator: ","))/\(parameter("dbname") ?? "")"
    }

    var customMirror: Mirror { Mirror(self, children: []) }

    /// A connection, or the failed attempt at one, which says why. Blocks; nil without memory.
    func connect() -> OpaquePointer? {
        Self.withParameters(parameters) { PQconnectdbParams($0, $1, 0) }
    }

    /// Whether a server is there at all, whoever it lets in and whatever its certificate. Without encryption, and so
    /// without the password.
    func isAnswering() async -> Bool {
        let names: Set = ["host", "hostaddr", "port", "user", "dbname", "connect_timeout"]
        let plain = [("sslmode", "disable"), ("gssencmode", "disable"), ("password", "-"), ("passfile", "/dev/null")]
        let question = parameters.filter { names.contains($0.name) } + plain.map { (name: $0.0, value: $0.1) }
        return await withCheckedContinuation { continuation in
            DispatchQueue.global().async {
                let answer = Self.withParameters(question) { PQpingParams($0, $1, 0) }
                continuation.resume(returning: answer == PQPING_OK)
            }
        }
    }

    /// libpq's text for people, in one line, without the password wherever that may have come from.
    func clean(_ message: String) -> String {
        let lines = message.split(whereSeparator: \.isNewline).map { $0.trimmingCharacters(in: .whitespaces) }
        let text = lines.joined(separator: "; ")
        guard let password = password?.value, !password.isEmpty else { return text }
        return text.replacing(password, with: "***")
    }

    private static func withParameters<Result>(
        _ parameters: [(name: String, value: String)],
        _ body: (UnsafePointer<UnsafePointer<CChar>?>, UnsafePointer<UnsafePointer<CChar>?>) -> Result
    ) -> Result {
        let names = parameters.map { strdup($0.name) }
        let values = parameters.map { strdup($0.value) }
        defer { for text in names + values { free(text) } }
        return body(names.map { UnsafePointer($0) } + [nil], values.map { UnsafePointer($0) } + [nil])
    }
}
