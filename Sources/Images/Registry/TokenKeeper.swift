import AsyncHTTPClient
import Core
import Foundation
import NIOCore
import NIOHTTP1

/// Gets tokens, and keeps each for its scope while it is valid.
actor TokenKeeper {
    private struct Key: Hashable {
        let registry: String
        let scopes: [String]
    }

    private struct Token {
        let authorization: Secret
        let expires: ContinuousClock.Instant?
    }

    private let credentials: RegistryCredentials
    private var tokens: [Key: Token] = [:]

    init(credentials: RegistryCredentials) { self.credentials = credentials }

    /// What to send with a request, if it is known.
    func authorization(for scopes: [String], registry: String) throws -> Secret? {
        guard let token = tokens[Key(registry: registry, scopes: scopes)] else { return nil }
        if let expires = token.expires, expires <= .now { return nil }
        return token.authorization
    }

    func forget(_ scopes: [String], registry: String) { tokens[Key(registry: registry, scopes: scopes)] = nil }

    /// Answers a registry's challenge.
    ///
    /// - Parameters:
    ///   - challenge: What it asks for.
    ///   - scopes: What the token must allow.
    ///   - registry: Whose credentials to use.
    ///   - url: The address that asked; a password goes there only if nobody can listen.
    ///   - refused: What was sent and not accepted.
    ///   - client: To ask for a token with.
    /// - Returns: What to send; nil where there are no credentials for it.
    /// - Throws: `SlipwayError` where a token cannot be had.
    func answer(
        _ challenge: AuthenticationChallenge,
        scopes: [String],
        registry: String,
        url: URL,
        refused: Secret?,
        client: HTTPClient
    ) async throws -> Secret? {
        let key = Key(registry: registry, scopes: scopes)
        // Somebody else may have got a new one while this request was under way.
        if let known = try authorization(for: scopes, registry: registry), known != refused { return known }
        let credential = try await credentials.credential(for: registry)
        let token: Token
        switch challenge {
        case .basic:
            guard case .password(let user, let password) = credential else { return nil }
            try Self.requireEncryption(url, "a password")
            token = Token(authorization: Self.basic(user, password), expires: nil)
        case .bearer(let realm, let service, let scope):
            guard let address = URL(string: realm), address.host() != nil else {
                throw SlipwayError(.external, "The registry \(registry) names no valid place to get a token: \(realm)")
            }
            let wanted = scopes.isEmpty ? scope.map { [$0] } ?? [] : scopes
            let request = try Self.tokenRequest(address, service, wanted, credential)
            token = try await Self.fetch(request, registry, client)
        }
        tokens[key] = token
        return token.authorization
    }

    private static func basic(_ user: String, _ password: Secret) -> Secret {
        Secret("Basic " + Data("\(user):\(password.reveal())".utf8).base64EncodedString())
    }

    static func requireEncryption(_ url: URL, _ what: String) throws {
        guard url.scheme == "https" || RegistryAddress.isLoopback(url.host() ?? "") else {
            throw SlipwayError(
                .invalidInput,
                "Slipway does not send \(what) to \(url.host() ?? "") without encryption",
                next: "Use https."
            )
        }
    }

    private static func tokenRequest(
        _ realm: URL,
        _ service: String?,
        _ scopes: [String],
        _ credential: RegistryCredential?
    ) throws -> HTTPClientRequest {
        try requireEncryption(realm, "credentials")
        var fields = scopes.map { URLQueryItem(name: "scope", value: $0) }
        if let service { fields.append(URLQueryItem(name: "service", value: service)) }
        guard case .identityToken(let token) = credential else {
            var components = URLComponents(url: realm, resolvingAgainstBaseURL: true)
            let given = components?.queryItems ?? []
            components?.queryItems = given + fields
            var request = HTTPClientRequest(url: components?.url?.absoluteString ?? realm.absoluteString)
            if case .password(let user, let password) = credential {
                request.headers.add(name: "Authorization", value: basic(user, password).reveal())
            }
            return request
        }
        // RFC 6749 section 6, as Docker's registries do it.
        var form = URLComponents()
        form.queryItems = [
            URLQueryItem(name: "grant_type", value: "refresh_token"),
            URLQueryItem(name: "refresh_token", value: token.reveal()),
            URLQueryItem(name: "client_id", value: "slipway"),
            URLQueryItem(name: "scope", value: scopes.joined(separator: " ")),
            URLQueryItem(name: "service", value: service ?? ""),
        ]
        var request = HTTPClientRequest(url: realm.absoluteString)
        request.method = .POST
        request.headers.add(name: "Content-Type", value: "application/x-www-form-urlencoded")
        let encoded = form.percentEncodedQuery?.replacing("+", with: "%2B") ?? ""
        request.body = .bytes(ByteBuffer(string: encoded))
        return request
    }

    private static func fetch(_ request: HTTPClientRequest, _ registry: String, _ client: HTTPClient) async throws
        -> Token
    {
        let response: HTTPClientResponse
        let body: ByteBuffer
        do {
            response = try await client.execute(request, timeout: .seconds(60))
            body = try await response.body.collect(upTo: 1 << 20)
        } catch let error where !(error is CancellationError) {
            throw SlipwayError(.external, "Cannot get a token for the registry \(registry)", why: "\(error)")
        }
        guard response.status == .ok else {
            throw SlipwayError(
                .external,
                "The registry \(registry) does not let us in",
                why: "Its token service answers \(response.status.code).",
                next: "Log in (docker login \(registry)), or set DOCKER_USERNAME and DOCKER_PASSWORD."
            )
        }
        let json = try JSON(parsing: String(buffer: body))
        guard let token = json["token"]?.string ?? json["access_token"]?.string else {
            throw SlipwayError(.external, "The token service of the registry \(registry) gave no token")
        }
        // 60 seconds where it does not say, by the specification; a little less, for the way.
        let seconds = max(json["expires_in"]?.int ?? 60, 1)
        return Token(
            authorization: Secret("Bearer \(token)"),
            expires: .now + .seconds(Double(seconds) * 0.9)
        )
    }
}
