import Core
import Foundation

/// A signed statement (DSSE 1.0.2): the signature is over the payload's exact bytes and its type.
package struct SignedEnvelope: Sendable, Hashable {
    package static let mediaType = "application/vnd.dsse.envelope.v1+json"

    package let payloadType: String
    package let payload: Data
    package let signatures: [Signature]

    package struct Signature: Sendable, Hashable {
        package let keyIdentifier: String
        package let bytes: Data
    }

    package init(signing payload: Data, type: String, with key: SigningKey) throws {
        payloadType = type
        self.payload = payload
        let message = Self.message(payload, type)
        signatures = [
            Signature(keyIdentifier: key.verificationKey.identifier, bytes: try key.sign(message))
        ]
    }

    package init(parsing data: Data) throws {
        let json = try JSON(parsing: data)
        guard let type = json["payloadType"]?.string, let payload = json["payload"]?.string.flatMap(Self.decode),
            let signatures = json["signatures"]?.array, !signatures.isEmpty
        else { throw SlipwayError(.invalidInput, "Not a DSSE envelope: payloadType, payload or signatures is missing") }
        payloadType = type
        self.payload = payload
        self.signatures = signatures.compactMap { entry in
            entry["sig"]?.string.flatMap(Self.decode).map {
                Signature(keyIdentifier: entry["keyid"]?.string ?? "", bytes: $0)
            }
        }
    }

    /// Standard or URL-safe base 64: the specification allows both.
    private static func decode(_ text: String) -> Data? {
        Data(base64Encoded: text.replacing("-", with: "+").replacing("_", with: "/"))
    }

    package var json: JSON {
        [
            "payloadType": .string(payloadType), "payload": .string(payload.base64EncodedString()),
            "signatures": .array(
                signatures.map {
                    ["keyid": .string($0.keyIdentifier), "sig": .string($0.bytes.base64EncodedString())]
                }
            ),
        ]
    }

    /// The bytes that are signed (pre-authentication encoding).
    package static func message(_ payload: Data, _ type: String) -> Data {
        Data("DSSEv1 \(type.utf8.count) \(type) \(payload.count) ".utf8) + payload
    }

    /// The key that one of the signatures is by; the key's name in the envelope is only a hint, and not believed.
    package func signer(among keys: [VerificationKey]) -> VerificationKey? {
        let message = Self.message(payload, payloadType)
        return keys.first { key in signatures.contains { key.verifies($0.bytes, of: message) } }
    }
}
