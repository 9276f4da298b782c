import Core
import Foundation
import NIOSSL

/// What can be told about credentials without showing or using them: their kind, age and end.
package struct CredentialInspection: Sendable, Hashable {
    /// `a client certificate`, `a token`…
    package var kind: String
    package var issued: Date?
    package var expires: Date?
    /// When the first of the authorities that the server is trusted by ends.
    package var authorityExpires: Date?

    package init(_ connection: ClusterConnection) {
        switch connection.credentials {
        case .none: kind = "no credentials"
        case .token(let token):
            kind = "a token"
            read(token: token.reveal())
        case .tokenFile(let url):
            kind = "a token file"
            if let text = try? String(contentsOf: url, encoding: .utf8) { read(token: text) }
        case .clientCertificate(let certificate):
            kind = "a client certificate"
            let chain = Self.certificates(certificate.chain)
            issued = chain.first.map(\.start)
            expires = chain.first.map(\.end)
        case .exec(let plugin): kind = "the program \(plugin.command)"
        }
        authorityExpires = connection.tls.authorities.flatMap { Self.certificates($0).map(\.end).min() }
    }

    /// A service account's token is a JWT, whose payload says from when to when it holds (RFC 7519 `iat`, `exp`).
    private mutating func read(token: String) {
        let parts = token.trimmingCharacters(in: .whitespacesAndNewlines).split(separator: ".")
        guard parts.count == 3 else { return }
        var text = parts[1].replacing("-", with: "+").replacing("_", with: "/")
        text += String(repeating: "=", count: (4 - text.count % 4) % 4)
        guard let data = Data(base64Encoded: String(text)), let claims = try? JSON(parsing: data) else { return }
        issued = claims["iat"]?.int.map { Date(timeIntervalSince1970: Double($0)) }
        expires = claims["exp"]?.int.map { Date(timeIntervalSince1970: Double($0)) }
    }

    private static func certificates(_ pem: Data) -> [(start: Date, end: Date)] {
        let found = (try? NIOSSLCertificate.fromPEMBytes(Array(pem))) ?? []
        return found.map {
            (
                Date(timeIntervalSince1970: Double($0.notValidBefore)),
                Date(timeIntervalSince1970: Double($0.notValidAfter))
            )
        }
    }
}
