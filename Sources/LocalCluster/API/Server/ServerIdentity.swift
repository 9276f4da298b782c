import Core
import Crypto
import Foundation
import NIOSSL
import SwiftASN1
import X509

/// The server's certificate and the authority that signed it, made for one cluster and kept in its folder.
package struct ServerIdentity: Sendable {
    /// PEM: what clients trust.
    package let authority: String
    private let certificate: String
    private let key: Secret

    private static let files = (authority: "ca.crt", certificate: "server.crt", key: "server.key")
    /// Clients reject certificates that are valid for longer than some limits; a new one costs nothing.
    private static let validity: TimeInterval = 365 * 86_400
    private static let renewal: TimeInterval = 30 * 86_400

    /// Reads the identity in a folder; makes a new one where there is none or it soon expires.
    ///
    /// - Throws: `SlipwayError` when the files cannot be read or written.
    package static func load(from directory: URL, now: Date = Date()) throws -> ServerIdentity {
        if let stored = read(directory), isValid(stored, at: now) { return stored }
        do {
            let made = try make(now: now)
            try PrivateFile.write(made.authority, to: directory.appending(path: files.authority))
            try PrivateFile.write(made.certificate, to: directory.appending(path: files.certificate))
            try PrivateFile.write(made.key.reveal(), to: directory.appending(path: files.key))
            return made
        } catch let error as SlipwayError {
            throw error
        } catch {
            throw SlipwayError(.external, "Cannot make the local cluster's certificate", why: "\(error)")
        }
    }

    private static func read(_ directory: URL) -> ServerIdentity? {
        func text(_ name: String) -> String? {
            try? String(contentsOf: directory.appending(path: name), encoding: .utf8)
        }
        guard let authority = text(files.authority), let certificate = text(files.certificate),
            let key = text(files.key)
        else { return nil }
        return ServerIdentity(authority: authority, certificate: certificate, key: Secret(key))
    }

    private static func isValid(_ identity: ServerIdentity, at now: Date) -> Bool {
        guard let certificate = try? Certificate(pemEncoded: identity.certificate),
            (try? identity.tlsConfiguration()) != nil
        else { return false }
        return certificate.notValidBefore <= now && certificate.notValidAfter > now.addingTimeInterval(renewal)
    }

    /// A new authority that signs one certificate; its key is not kept, so it can sign no other.
    private static func make(now: Date) throws -> ServerIdentity {
        let authorityKey = Certificate.PrivateKey(P256.Signing.PrivateKey())
        let authorityName = try DistinguishedName { CommonName("slipway-local-cluster") }
        let authority = try Certificate(
            version: .v3,
            serialNumber: .init(),
            publicKey: authorityKey.publicKey,
            notValidBefore: now.addingTimeInterval(-300),
            notValidAfter: now.addingTimeInterval(validity),
            issuer: authorityName,
            subject: authorityName,
            signatureAlgorithm: .ecdsaWithSHA256,
            extensions: try Certificate.Extensions {
                Critical(BasicConstraints.isCertificateAuthority(maxPathLength: 0))
                Critical(KeyUsage(digitalSignature: true, keyCertSign: true))
                SubjectKeyIdentifier(hash: authorityKey.publicKey)
            },
            issuerPrivateKey: authorityKey
        )
        let key = P256.Signing.PrivateKey()
        let publicKey = Certificate.PrivateKey(key).publicKey
        let certificate = try Certificate(
            version: .v3,
            serialNumber: .init(),
            publicKey: publicKey,
            notValidBefore: now.addingTimeInterval(-300),
            notValidAfter: now.addingTimeInterval(validity),
            issuer: authorityName,
            subject: try DistinguishedName { CommonName("slipway-local-cluster-api") },
            signatureAlgorithm: .ecdsaWithSHA256,
            extensions: try Certificate.Extensions {
                Critical(BasicConstraints.notCertificateAuthority)
                Critical(KeyUsage(digitalSignature: true))
                try ExtendedKeyUsage([.serverAuth])
                AuthorityKeyIdentifier(keyIdentifier: SubjectKeyIdentifier(hash: authorityKey.publicKey).keyIdentifier)
                SubjectAlternativeNames([
                    .dnsName("localhost"), .dnsName("kubernetes.default.svc"),
                    .ipAddress(ASN1OctetString(contentBytes: [127, 0, 0, 1])),
                ])
            },
            issuerPrivateKey: authorityKey
        )
        return ServerIdentity(
            authority: try authority.serializeAsPEM().pemString,
            certificate: try certificate.serializeAsPEM().pemString,
            key: Secret(key.pemRepresentation)
        )
    }

    func tlsConfiguration() throws -> TLSConfiguration {
        let chain = try NIOSSLCertificate.fromPEMBytes(Array(certificate.utf8))
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: chain.map { .certificate($0) },
            privateKey: .privateKey(try NIOSSLPrivateKey(bytes: Array(key.reveal().utf8), format: .pem))
        )
        configuration.applicationProtocols = ["http/1.1"]
        configuration.minimumTLSVersion = .tlsv12
        return configuration
    }
}
