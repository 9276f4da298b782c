import Core
import Foundation

/// The text of a key in PEM (RFC 7468), and what it holds.
struct KeyFile {
    let label: String
    let der: [UInt8]
    let text: String

    /// - Throws: `SlipwayError` (`.invalidInput`), which never shows what the file holds.
    init(_ text: String, name: String) throws {
        let pattern = /-----BEGIN ([A-Z ]+)-----([A-Za-z0-9+\/=\s]*)-----END ([A-Z ]+)-----/
        guard let match = text.matches(of: pattern).first(where: { $0.1.hasSuffix("KEY") }), match.1 == match.3 else {
            throw SlipwayError(
                .invalidInput,
                "\(name) is not a key in PEM",
                next: "Make one: openssl genpkey -algorithm ed25519 -out key.pem"
            )
        }
        label = String(match.1)
        guard !label.contains("ENCRYPTED"), let data = Data(base64Encoded: String(match.2.filter { !$0.isWhitespace }))
        else {
            throw SlipwayError(
                .invalidInput,
                "\(name) is \(label.contains("ENCRYPTED") ? "an encrypted" : "a damaged") key",
                why: "It says \(label).",
                next: "Give a plain PEM key: openssl pkey -in KEY -out key.pem"
            )
        }
        der = Array(data)
        self.text = "-----BEGIN \(label)-----\(match.2)-----END \(label)-----"
    }

    /// Reads `FILE`, or `env://NAME` as cosign does.
    static func read(_ place: String, environment: [String: String]) throws -> KeyFile {
        if place.hasPrefix("env://") {
            let name = String(place.dropFirst(6))
            guard let text = environment[name], !text.isEmpty else {
                throw SlipwayError(.invalidInput, "The variable \(name), which is to hold a key, is not set")
            }
            return try KeyFile(text, name: place)
        }
        guard let data = FileManager.default.contents(atPath: place), data.count <= 64 << 10 else {
            throw SlipwayError(.invalidInput, "There is no key \(place)")
        }
        return try KeyFile(String(decoding: data, as: UTF8.self), name: place)
    }

    func unsupported(_ name: String) -> SlipwayError {
        SlipwayError(
            .invalidInput,
            "\(name) is neither an ECDSA P-256 nor an Ed25519 key",
            why: "It is a \(label) of another kind.",
            next: "Make one: openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out key.pem"
        )
    }
}

/// The fixed beginnings of Ed25519 keys (RFC 8410 sections 4 and 7).
enum Ed25519Encoding {
    static let publicPrefix: [UInt8] = [0x30, 0x2A, 0x30, 0x05, 0x06, 0x03, 0x2B, 0x65, 0x70, 0x03, 0x21, 0x00]
    private static let algorithm: [UInt8] = [0x30, 0x05, 0x06, 0x03, 0x2B, 0x65, 0x70]

    static func publicKey(_ der: [UInt8]) -> [UInt8]? {
        der.count == publicPrefix.count + 32 && der.starts(with: publicPrefix) ? Array(der.suffix(32)) : nil
    }

    /// Version 1, or version 2 with the public key behind.
    static func privateKey(_ der: [UInt8]) -> [UInt8]? {
        guard der.count >= 48, Array(der[5..<12]) == algorithm, Array(der[12..<16]) == [0x04, 0x22, 0x04, 0x20] else {
            return nil
        }
        return Array(der[16..<48])
    }
}
