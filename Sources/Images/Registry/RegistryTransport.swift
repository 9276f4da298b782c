import AsyncHTTPClient
import Core
import Foundation
import NIOCore
import NIOHTTP1

/// A request to a registry that can be made again: after a 401, a redirect, or a failure of the network.
struct RegistryRequest: Sendable {
    enum Body: Sendable {
        case none
        case bytes([UInt8])
        /// A stretch of a file.
        case file(URL, offset: Int64, length: Int64)
    }

    var method: HTTPMethod = .GET
    var url: URL
    var headers: [(String, String)] = []
    var body: Body = .none
    /// What a token must allow: `repository:team/api:pull,push`.
    var scopes: [String] = []
    /// Whether doing it twice is the same as doing it once. Parts of an upload are not repeated blindly.
    var isRepeatable = true
}

/// Sends requests to registries: authentication, redirects, retries and time limits.
///
/// Credentials go to the host that they are for and to no other, whatever a redirect says; and never over plain HTTP,
/// but on this machine itself.
final class RegistryTransport: Sendable {
    private let client: HTTPClient
    private let tokens: TokenKeeper
    private let retries: RetryPolicy

    init(client: HTTPClient, credentials: RegistryCredentials, retries: RetryPolicy) {
        self.client = client
        self.retries = retries
        tokens = TokenKeeper(credentials: credentials)
    }

    /// Sends a request and returns the answer with any status but those that were dealt with here.
    ///
    /// - Parameters:
    ///   - request: What to ask.
    ///   - registry: Whose credentials may be used, by its name in references.
    /// - Returns: The answer; its body has not been read.
    /// - Throws: `SlipwayError` where the registry cannot be reached, does not let us in, or fails again and again.
    func send(_ request: RegistryRequest, registry: String) async throws -> HTTPClientResponse {
        var attempt = 0
        while true {
            attempt += 1
            do {
                let response = try await authenticated(request, registry)
                guard RetryPolicy.isTransient(response.status), request.isRepeatable, attempt < retries.attempts else {
                    return response
                }
                let asked = response.headers.first(name: "Retry-After")
                try? await discard(response)
                try await Task.sleep(for: retries.delay(attempt: attempt, retryAfter: asked))
            } catch let error where RetryPolicy.isTransient(error) {
                guard request.isRepeatable, attempt < retries.attempts else { throw Self.unreachable(request, error) }
                try await Task.sleep(for: retries.delay(attempt: attempt, retryAfter: nil))
            }
        }
    }

    private static func unreachable(_ request: RegistryRequest, _ error: any Error) -> SlipwayError {
        SlipwayError(
            .external,
            "Cannot reach the registry \(request.url.host() ?? "")",
            why: "\(error)",
            next: "Check the name and the network, and run the command again."
        )
    }

    private func authenticated(_ request: RegistryRequest, _ registry: String) async throws -> HTTPClientResponse {
        let known = try await tokens.authorization(for: request.scopes, registry: registry)
        let response = try await following(request, authorization: known)
        guard response.status == .unauthorized else { return response }
        let challenge = AuthenticationChallenge.choose(from: response.headers["WWW-Authenticate"])
        try? await discard(response)
        guard let challenge else {
            throw SlipwayError(.external, "The registry \(registry) asks for a login of an unknown kind")
        }
        let fresh = try await tokens.answer(
            challenge,
            scopes: request.scopes,
            registry: registry,
            url: request.url,
            refused: known,
            client: client
        )
        guard let fresh, fresh != known else { throw Self.refused(registry, request) }
        let second = try await following(request, authorization: fresh)
        if second.status == .unauthorized {
            try? await discard(second)
            await tokens.forget(request.scopes, registry: registry)
            throw Self.refused(registry, request)
        }
        return second
    }

    private static func refused(_ registry: String, _ request: RegistryRequest) -> SlipwayError {
        SlipwayError(
            .external,
            "The registry \(registry) does not let us in",
            why: "It refused the credentials, or needs some.",
            next: "Log in (docker login \(registry)), or set DOCKER_USERNAME and DOCKER_PASSWORD."
        )
    }

    /// Follows redirects by hand, so that credentials stay with their host.
    private func following(_ request: RegistryRequest, authorization: Secret?) async throws -> HTTPClientResponse {
        var request = request
        let home = Origin(request.url)
        for _ in 0..<6 {
            let isHome = Origin(request.url) == home
            let response = try await once(request, authorization: isHome ? authorization : nil)
            guard [301, 302, 303, 307, 308].contains(response.status.code),
                request.method == .GET || request.method == .HEAD
            else { return response }
            guard let location = response.headers.first(name: "Location"),
                let target = URL(string: location, relativeTo: request.url)?.absoluteURL
            else { throw SlipwayError(.external, "The registry \(home.host) redirects to nowhere") }
            try? await discard(response)
            guard target.scheme == "https" || (target.scheme == "http" && request.url.scheme == "http") else {
                throw SlipwayError(
                    .external,
                    "The registry \(home.host) redirects to an address without encryption",
                    why: target.absoluteString
                )
            }
            request.url = target
        }
        throw SlipwayError(.external, "The registry \(home.host) redirects without end")
    }

    struct Origin: Hashable {
        let scheme: String
        let host: String
        let port: Int

        init(_ url: URL) {
            scheme = url.scheme?.lowercased() ?? ""
            host = url.host()?.lowercased() ?? ""
            port = url.port ?? (scheme == "http" ? 80 : 443)
        }
    }

    private func once(_ request: RegistryRequest, authorization: Secret?) async throws -> HTTPClientResponse {
        var message = HTTPClientRequest(url: request.url.absoluteString)
        message.method = request.method
        message.headers.add(name: "User-Agent", value: "slipway")
        for (name, value) in request.headers { message.headers.add(name: name, value: value) }
        if let authorization { message.headers.replaceOrAdd(name: "Authorization", value: authorization.reveal()) }
        switch request.body {
        case .none: break
        case .bytes(let bytes): message.body = .bytes(ByteBuffer(bytes: bytes))
        case .file(let url, let offset, let length):
            message.body = .stream(FileChunks(url: url, offset: offset, length: length), length: .known(length))
        }
        // The answer's head must come within this time, after all of the body has been sent; silence in between has a
        // limit of its own.
        var limit = TimeAmount.seconds(120)
        if case .file = request.body { limit = .hours(6) }
        return try await client.execute(message, timeout: limit)
    }

    /// Reads an answer's short body away, so that its connection can be used again.
    func discard(_ response: HTTPClientResponse) async throws { _ = try await response.body.collect(upTo: 1 << 20) }
}
