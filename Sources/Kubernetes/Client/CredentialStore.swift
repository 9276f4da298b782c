import Core
import Foundation
import NIOSSL

/// The credentials in use, renewed when they age or the server refuses them.
actor CredentialStore {
    struct Current: Sendable {
        let authorization: Secret?
        let tls: TLSConfiguration?
    }

    /// Token files are replaced under a running pod.
    private static let tokenFileAge: TimeInterval = 60
    /// Renew a little before the end, so that no request leaves with what has just expired.
    private static let expiryMargin: TimeInterval = 30

    private let connection: ClusterConnection
    private let now: @Sendable () -> Date
    private var current: Current?
    private var validUntil = Date.distantFuture
    private var renewal: Task<Current, any Error>?

    init(_ connection: ClusterConnection, now: @escaping @Sendable () -> Date = { Date() }) {
        self.connection = connection
        self.now = now
    }

    func get() async throws -> Current {
        if let current, now() < validUntil { return current }
        if let renewal { return try await renewal.value }
        // One renewal for all who wait: a plugin may open a browser window or take seconds.
        let task = Task { try await renew() }
        renewal = task
        defer { renewal = nil }
        return try await task.value
    }

    /// The server said 401: what we have is no good. False where there is nothing else to try.
    func invalidate() -> Bool {
        switch connection.credentials {
        case .tokenFile, .exec:
            current = nil
            return true
        case .none, .token, .clientCertificate:
            return false
        }
    }

    private func renew() async throws -> Current {
        var credentials = connection.credentials
        var expires = Date.distantFuture
        if case .exec(let plugin) = credentials {
            let output = try await plugin.run()
            credentials = output.credentials
            expires = output.expires?.addingTimeInterval(-Self.expiryMargin) ?? .distantFuture
        }
        let renewed: Current
        switch credentials {
        case .none, .exec:
            renewed = Current(authorization: nil, tls: try tls())
        case .token(let token):
            renewed = try bearer(token.reveal())
        case .tokenFile(let url):
            renewed = try bearer(try Self.token(at: url))
            expires = now().addingTimeInterval(Self.tokenFileAge)
        case .clientCertificate(let certificate):
            renewed = Current(authorization: nil, tls: try tls(certificate))
        }
        current = renewed
        validUntil = expires
        return renewed
    }

    private static func token(at url: URL) throws -> String {
        do {
            return try String(contentsOf: url, encoding: .utf8)
        } catch {
            throw SlipwayError(.external, "Cannot read the token \(url.path)", why: error.localizedDescription)
        }
    }

    private func bearer(_ text: String) throws -> Current {
        let token = text.trimmingCharacters(in: .whitespacesAndNewlines)
        guard !token.isEmpty, token.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw SlipwayError(.invalidInput, "The token for the cluster \"\(connection.name)\" is empty or no token")
        }
        let host = connection.server.host() ?? ""
        guard connection.server.scheme == "https" || ["localhost", "127.0.0.1", "::1"].contains(host) else {
            throw SlipwayError(
                .invalidInput,
                "Refusing to send a token to \(connection.server.absoluteString) without TLS",
                next: "Use https:// in the kubeconfig's server."
            )
        }
        return Current(authorization: Secret("Bearer \(token)"), tls: try tls())
    }

    private func tls(_ certificate: ClientCertificate? = nil) throws -> TLSConfiguration? {
        guard connection.server.scheme == "https" else { return nil }
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.minimumTLSVersion = .tlsv12
        do {
            // slipway:allow(tls-verification-off) the kubeconfig asks for it: insecure-skip-tls-verify
            if connection.tls.skipsVerification { configuration.certificateVerification = .none }
            if let authorities = connection.tls.authorities {
                configuration.trustRoots = .certificates(try NIOSSLCertificate.fromPEMBytes(Array(authorities)))
            }
            if let certificate {
                configuration.certificateChain = try NIOSSLCertificate.fromPEMBytes(Array(certificate.chain))
                    .map { .certificate($0) }
                configuration.privateKey = .privateKey(
                    try NIOSSLPrivateKey(bytes: Array(certificate.key.reveal().utf8), format: .pem)
                )
            }
        } catch {
            throw SlipwayError(
                .invalidInput,
                "The certificates for the cluster \"\(connection.name)\" cannot be read",
                why: "\(error)",
                next: "They must be PEM, and the key must not be encrypted."
            )
        }
        return configuration
    }
}
