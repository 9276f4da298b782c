import Core
import Crypto
import CryptoExtras
import Foundation

/// Issues identity tokens (OIDC) for jobs, signed with a key of this machine.
struct IdentityIssuer: Sendable {
    /// GitHub's tokens live as long, and count from ten minutes before, for clocks that differ.
    static let lifetime: Int64 = 300
    static let tolerance: Int64 = 600

    private let key: _RSA.Signing.PrivateKey
    private let keyId: String

    /// Reads the key, or makes one that only this user can read.
    ///
    /// - Throws: `SlipwayError` (`.external`) where it cannot be read or written.
    init(folder: URL) throws {
        let file = folder.appending(path: "key.pem")
        do {
            if let text = FileManager.default.contents(atPath: file.path) {
                key = try _RSA.Signing.PrivateKey(pemRepresentation: String(decoding: text, as: UTF8.self))
            } else {
                key = try _RSA.Signing.PrivateKey(keySize: .bits2048)
                try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
                let made = FileManager.default.createFile(
                    atPath: file.path,
                    contents: Data(key.pemRepresentation.utf8),
                    attributes: [.posixPermissions: 0o600]
                )
                guard made else { throw CocoaError(.fileWriteUnknown) }
            }
        } catch {
            throw SlipwayError(.external, "Cannot use the key for identity tokens, \(file.path)", why: "\(error)")
        }
        let digest = Data(SHA256.hash(data: key.publicKey.derRepresentation))
        keyId = digest.prefix(20).base64URL
    }

    /// A signed token (RS256).
    func token(_ claims: JSON, issuer: String, audience: String, at now: Date) throws -> String {
        let time = Int64(now.timeIntervalSince1970)
        var claims = claims
        claims["iss"] = .string(issuer)
        claims["aud"] = .string(audience)
        claims["jti"] = .string(UUID().uuidString.lowercased())
        claims["iat"] = .int(time)
        claims["nbf"] = .int(time - Self.tolerance)
        claims["exp"] = .int(time + Self.lifetime)
        let header: JSON = ["alg": "RS256", "kid": .string(keyId), "typ": "JWT"]
        let signed = [header, claims].map { Data($0.text().utf8).base64URL }.joined(separator: ".")
        let signature = try key.signature(for: Data(signed.utf8), padding: .insecurePKCS1v1_5)
        return "\(signed).\(signature.rawRepresentation.base64URL)"
    }

    /// The public key, as verifiers want it.
    func keys() throws -> JSON {
        let numbers = try key.publicKey.getKeyPrimitives()
        return [
            "keys": [
                [
                    "kty": "RSA", "alg": "RS256", "use": "sig", "kid": .string(keyId),
                    "n": .string(Data(numbers.modulus).base64URL),
                    "e": .string(Data(numbers.publicExponent).base64URL),
                ]
            ]
        ]
    }

    /// The discovery document of an issuer.
    func configuration(issuer: String) -> JSON {
        [
            "issuer": .string(issuer), "jwks_uri": .string("\(issuer)/.well-known/jwks"),
            "subject_types_supported": ["public", "pairwise"], "response_types_supported": ["id_token"],
            "claims_supported": .array(
                (IdentityClaims.names + ["sub", "aud", "exp", "iat", "iss", "jti", "nbf"]).map { .string($0) }
            ),
            "id_token_signing_alg_values_supported": ["RS256"], "scopes_supported": ["openid"],
        ]
    }
}
