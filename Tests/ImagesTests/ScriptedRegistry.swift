import Core
import Foundation
import HTTPTypes
import Hummingbird
import Images
import Logging
import NIOCore
import Synchronization

/// A small registry that conforms to OCI distribution 1.1 and misbehaves when it is told to.
final class ScriptedRegistry: Sendable {
    struct Seen: Sendable {
        let method: String
        let path: String
        let query: String
        let authorization: String?
        let range: String?
    }

    /// Answers requests in place of the registry, so many times.
    struct Fault: Sendable {
        var method: String
        /// Part of the path.
        var path: String
        var times: Int
        var status: Int
        var headers: [String: String] = [:]
        var body = ""
    }

    private struct State {
        var blobs: [String: [UInt8]] = [:]
        var manifests: [String: (type: String, bytes: [UInt8])] = [:]
        var uploads: [String: [UInt8]] = [:]
        var faults: [Fault] = []
        var seen: [Seen] = []
        var tokens: Set<String> = []
        var port = 0
    }

    struct Behavior: Sendable {
        /// A user and password who gets tokens; nil lets everybody in.
        var account: (user: String, password: String)?
        /// Seconds that a token is good for.
        var tokenLifetime = 300
        /// Cuts the first answer with a blob after so many bytes.
        var cutsBlobsAt: Int?
        var knowsRanges = true
        /// Drops bytes of a piece and says 416 to the next.
        var losesPieces = false
        var minimumChunk: Int?
        /// Sends blobs' readers elsewhere.
        var redirect: String?
        /// Answers uploads' locations without host.
        var relativeLocations = true
    }

    private let state = Mutex(State())
    private let behavior: Behavior
    private let cuts = Mutex(0)

    private init(_ behavior: Behavior) { self.behavior = behavior }

    var host: String { "127.0.0.1:\(state.withLock { $0.port })" }
    var seen: [Seen] { state.withLock { $0.seen } }
    func add(_ fault: Fault) { state.withLock { $0.faults.append(fault) } }
    func blob(_ digest: Digest) -> [UInt8]? { state.withLock { $0.blobs[digest.description] } }
    func put(_ bytes: [UInt8], as name: String, type: String) { state.withLock { $0.manifests[name] = (type, bytes) } }
    func putBlob(_ bytes: [UInt8], as digest: Digest) { state.withLock { $0.blobs[digest.description] = bytes } }

    /// Runs a registry on a port of its own while `body` runs.
    static func run(
        _ behavior: Behavior = Behavior(),
        _ body: @Sendable (ScriptedRegistry) async throws -> Void
    ) async throws {
        let registry = ScriptedRegistry(behavior)
        let router = Router()
        for method in [HTTPRequest.Method.get, .head, .put, .post, .patch] {
            router.on("/**", method: method) { request, _ in try await registry.answer(request) }
        }
        let (ports, started) = AsyncStream.makeStream(of: Int.self)
        var logger = Logger(label: "registry")
        logger.logLevel = .critical
        let application = Application(
            router: router,
            configuration: .init(address: .hostname("127.0.0.1", port: 0)),
            onServerRunning: { channel in
                started.yield(channel.localAddress?.port ?? 0)
                started.finish()
            },
            logger: logger
        )
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await application.run() }
            for await port in ports { registry.state.withLock { $0.port = port } }
            try await body(registry)
            group.cancelAll()
        }
    }

    // MARK: Answers

    private func answer(_ request: Request) async throws -> Response {
        let path = request.uri.path
        let seen = Seen(
            method: request.method.rawValue,
            path: path,
            query: request.uri.query ?? "",
            authorization: request.headers[.authorization],
            range: request.headers[.range] ?? request.headers[.contentRange]
        )
        let fault = state.withLock { state -> Fault? in
            state.seen.append(seen)
            let index = state.faults.firstIndex { fault in
                fault.times > 0 && fault.method == seen.method && path.contains(fault.path)
            }
            guard let index else { return nil }
            state.faults[index].times -= 1
            return state.faults[index]
        }
        let body = try await Array((request.body.collect(upTo: 64 << 20)).readableBytesView)
        if let fault { return reply(fault.status, fault.headers, Array(fault.body.utf8)) }
        if path == "/token" { return token(seen) }
        if behavior.account != nil, !isAllowed(seen) {
            let realm = "http://\(host)/token"
            return reply(
                401,
                ["WWW-Authenticate": "Bearer realm=\"\(realm)\",service=\"test\",scope=\"repository:x:pull,push\""]
            )
        }
        if path.contains("/manifests/") { return manifest(seen, request.headers[.contentType] ?? "", body) }
        if path.contains("/blobs/uploads/") { return upload(seen, body) }
        if path.contains("/blobs/") { return readBlob(seen) }
        return reply(404)
    }

    private func reply(_ status: Int, _ headers: [String: String] = [:], _ body: [UInt8] = []) -> Response {
        var fields = HTTPFields()
        for (name, value) in headers { if let name = HTTPField.Name(name) { fields[name] = value } }
        return Response(
            status: .init(code: status),
            headers: fields,
            body: body.isEmpty ? .init() : .init(byteBuffer: ByteBuffer(bytes: body))
        )
    }

    private func isAllowed(_ seen: Seen) -> Bool {
        guard let header = seen.authorization, header.hasPrefix("Bearer ") else { return false }
        return state.withLock { $0.tokens.contains(String(header.dropFirst(7))) }
    }

    private func token(_ seen: Seen) -> Response {
        guard let account = behavior.account else { return reply(404) }
        let expected = "Basic " + Data("\(account.user):\(account.password)".utf8).base64EncodedString()
        guard seen.authorization == expected else { return reply(401) }
        let token = UUID().uuidString
        state.withLock { _ = $0.tokens.insert(token) }
        let json: JSON = ["token": .string(token), "expires_in": .int(Int64(behavior.tokenLifetime))]
        return reply(200, ["Content-Type": "application/json"], Array(json.data()))
    }

    private func manifest(_ seen: Seen, _ type: String, _ body: [UInt8]) -> Response {
        let name = String(seen.path.split(separator: "/").last ?? "")
        if seen.method == "PUT" {
            let digest = Digest.of(Data(body)).description
            state.withLock { state in
                state.manifests[name] = (type, body)
                state.manifests[digest] = (type, body)
            }
            return reply(201, ["Docker-Content-Digest": digest])
        }
        guard let found = state.withLock({ $0.manifests[name] }) else { return reply(404) }
        return reply(200, ["Content-Type": found.type], found.bytes)
    }

    private func readBlob(_ seen: Seen) -> Response {
        let name = String(seen.path.split(separator: "/").last ?? "")
        guard let bytes = state.withLock({ $0.blobs[name] }) else { return reply(404) }
        if seen.method == "HEAD" { return reply(200) }
        if let redirect = behavior.redirect { return reply(307, ["Location": "\(redirect)\(seen.path)"]) }
        var start = 0
        if behavior.knowsRanges, let range = seen.range, range.hasPrefix("bytes=") {
            start = Int(range.dropFirst(6).prefix { $0 != "-" }) ?? 0
        }
        let rest = Array(bytes.dropFirst(start))
        let status = start > 0 ? 206 : 200
        if let cut = behavior.cutsBlobsAt, cut < rest.count,
            cuts.withLock({
                $0 += 1; return $0 == 1
            })
        {
            // The connection breaks in the middle of what was promised.
            let body = ResponseBody(contentLength: rest.count) { writer in
                try await writer.write(ByteBuffer(bytes: rest.prefix(cut)))
                throw CutError()
            }
            return Response(status: .init(code: status), body: body)
        }
        return reply(status, [:], rest)
    }

    private struct CutError: Error {}

    private func upload(_ seen: Seen, _ body: [UInt8]) -> Response {
        if seen.method == "POST" {
            let identifier = UUID().uuidString
            state.withLock { $0.uploads[identifier] = [] }
            var headers = ["Location": location(identifier)]
            headers["OCI-Chunk-Min-Length"] = behavior.minimumChunk.map(String.init)
            return reply(202, headers)
        }
        let identifier = String(seen.path.split(separator: "/").last ?? "")
        guard let known = state.withLock({ $0.uploads[identifier] }) else { return reply(404) }
        switch seen.method {
        case "GET": return reply(204, ["Location": location(identifier), "Range": "0-\(max(known.count - 1, 0))"])
        case "PATCH":
            let start = seen.range.flatMap { Int($0.prefix { $0 != "-" }) } ?? -1
            guard start == known.count else {
                return reply(416, ["Location": location(identifier), "Range": "0-\(max(known.count - 1, 0))"])
            }
            if let minimum = behavior.minimumChunk, body.count < minimum, start == 0 { return reply(400) }
            if behavior.losesPieces,
                cuts.withLock({
                    $0 += 1; return $0 == 2
                })
            {
                // Half of it arrived, and the answer says that all did.
                state.withLock { $0.uploads[identifier] = known + body.prefix(body.count / 2) }
                return reply(202, ["Location": location(identifier)])
            }
            state.withLock { $0.uploads[identifier] = known + body }
            let range = "0-\(max(known.count + body.count - 1, 0))"
            return reply(202, ["Location": location(identifier), "Range": range])
        default:
            let query = URLComponents(string: "?\(seen.query)")?.queryItems ?? []
            guard query.contains(where: { $0.name == "state" && $0.value == "a/b+c=" }) else { return reply(400) }
            let whole = known + body
            let digest = query.first { $0.name == "digest" }?.value ?? ""
            guard Digest.of(Data(whole)).description == digest else { return reply(400) }
            state.withLock { $0.blobs[digest] = whole }
            return reply(201)
        }
    }

    /// With a state in the query that must come back byte for byte.
    private func location(_ identifier: String) -> String {
        let path = "/v2/uploads/blobs/uploads/\(identifier)?state=a%2Fb%2Bc%3D"
        return behavior.relativeLocations ? path : "http://\(host)\(path)"
    }
}
