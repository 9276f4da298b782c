import Core
import Crypto
import Foundation
import Images

/// A private key that attestations are signed with: ECDSA P-256 or Ed25519.
package struct SigningKey: Sendable {
    private enum Kind: Sendable {
        case p256(P256.Signing.PrivateKey)
        case ed25519(Curve25519.Signing.PrivateKey)
    }

    private let kind: Kind
    /// The key that others verify with.
    package let verificationKey: VerificationKey

    /// Reads a PEM file (PKCS #8 or SEC 1), or a variable by `env://NAME`.
    ///
    /// - Throws: `SlipwayError` (`.invalidInput`) where it is no such key.
    package init(at place: String, environment: [String: String] = [:]) throws {
        let file = try KeyFile.read(place, environment: environment)
        if let seed = Ed25519Encoding.privateKey(file.der),
            let key = try? Curve25519.Signing.PrivateKey(rawRepresentation: seed)
        {
            kind = .ed25519(key)
            verificationKey = VerificationKey(key.publicKey)
        } else if let key = try? P256.Signing.PrivateKey(pemRepresentation: file.text) {
            kind = .p256(key)
            verificationKey = VerificationKey(key.publicKey)
        } else {
            throw file.unsupported(place)
        }
    }

    /// A signature: DER for ECDSA (over SHA-256), 64 bytes for Ed25519.
    func sign(_ message: Data) throws -> Data {
        switch kind {
        case .p256(let key): try key.signature(for: message).derRepresentation
        case .ed25519(let key): try key.signature(for: message)
        }
    }
}

/// A public key that signatures are verified with.
package struct VerificationKey: Sendable {
    private enum Kind: Sendable {
        case p256(P256.Signing.PublicKey)
        case ed25519(Curve25519.Signing.PublicKey)
    }

    private let kind: Kind
    /// SHA-256 of the key's SubjectPublicKeyInfo: names the key, whatever its file is called.
    package let identifier: String

    /// Reads a PEM file; of a private key its public part is taken.
    ///
    /// - Throws: `SlipwayError` (`.invalidInput`) where it is no such key.
    package init(at place: String, environment: [String: String] = [:]) throws {
        let file = try KeyFile.read(place, environment: environment)
        if let bytes = Ed25519Encoding.publicKey(file.der),
            let key = try? Curve25519.Signing.PublicKey(rawRepresentation: bytes)
        {
            self.init(key)
        } else if let key = try? P256.Signing.PublicKey(pemRepresentation: file.text) {
            self.init(key)
        } else if file.label.contains("PRIVATE"), let key = try? SigningKey(at: place, environment: environment) {
            self = key.verificationKey
        } else {
            throw file.unsupported(place)
        }
    }

    fileprivate init(_ key: P256.Signing.PublicKey) {
        kind = .p256(key)
        identifier = Hexadecimal.encode(SHA256.hash(data: key.derRepresentation))
    }

    fileprivate init(_ key: Curve25519.Signing.PublicKey) {
        kind = .ed25519(key)
        identifier = Hexadecimal.encode(SHA256.hash(data: Ed25519Encoding.publicPrefix + key.rawRepresentation))
    }

    func verifies(_ signature: Data, of message: Data) -> Bool {
        switch kind {
        case .p256(let key):
            guard let parsed = try? P256.Signing.ECDSASignature(derRepresentation: signature) else { return false }
            return key.isValidSignature(parsed, for: message)
        case .ed25519(let key): return key.isValidSignature(signature, for: message)
        }
    }
}
