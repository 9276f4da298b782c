import Core
import Crypto
import Foundation

/// The name of some exact bytes: `sha256:` and 64 hexadecimal digits (OCI image specification, descriptor.md#digests).
package struct Digest: Sendable, Hashable, Comparable, CustomStringConvertible {
    package enum Algorithm: String, Sendable, CaseIterable {
        case sha256, sha512

        var hexLength: Int {
            switch self {
            case .sha256: 64
            case .sha512: 128
            }
        }
    }

    package let algorithm: Algorithm
    /// Lower-case hexadecimal digits.
    package let hex: String

    /// - Throws: `SlipwayError` (`.invalidInput`) for an unknown algorithm and for anything but lower-case digits.
    package init(parsing text: String) throws {
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, let algorithm = Algorithm(rawValue: String(parts[0])) else {
            throw SlipwayError(
                .invalidInput,
                "\"\(text)\" is not a digest",
                why: "A digest is sha256: or sha512: followed by hexadecimal digits."
            )
        }
        let digits = parts[1].utf8
        let lowerCaseHex = digits.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
        guard digits.count == algorithm.hexLength, lowerCaseHex else {
            throw SlipwayError(
                .invalidInput,
                "\"\(text)\" is not a digest",
                why: "\(algorithm) needs \(algorithm.hexLength) lower-case hexadecimal digits."
            )
        }
        self.algorithm = algorithm
        self.hex = String(parts[1])
    }

    init(algorithm: Algorithm, bytes: some Sequence<UInt8>) {
        self.algorithm = algorithm
        self.hex = Hexadecimal.encode(bytes)
    }

    /// The SHA-256 digest of some bytes.
    package static func of(_ data: some DataProtocol) -> Digest {
        Digest(algorithm: .sha256, bytes: SHA256.hash(data: data))
    }

    package var description: String { "\(algorithm.rawValue):\(hex)" }
    /// The first twelve digits: enough for a person, never for a machine.
    package var short: String { String(hex.prefix(12)) }

    package static func < (left: Self, right: Self) -> Bool { left.description < right.description }
}

/// Hashes bytes as they pass by.
package struct DigestHasher: Sendable {
    private enum State: Sendable {
        case sha256(SHA256)
        case sha512(SHA512)
    }

    private var state: State

    package init(_ algorithm: Digest.Algorithm = .sha256) {
        switch algorithm {
        case .sha256: state = .sha256(SHA256())
        case .sha512: state = .sha512(SHA512())
        }
    }

    package mutating func update(_ bytes: UnsafeRawBufferPointer) {
        switch state {
        case .sha256(var hash):
            hash.update(bufferPointer: bytes)
            state = .sha256(hash)
        case .sha512(var hash):
            hash.update(bufferPointer: bytes)
            state = .sha512(hash)
        }
    }

    /// The digest of everything so far; hashing can go on afterwards.
    package func digest() -> Digest {
        switch state {
        case .sha256(let hash): Digest(algorithm: .sha256, bytes: hash.finalize())
        case .sha512(let hash): Digest(algorithm: .sha512, bytes: hash.finalize())
        }
    }
}

package enum Hexadecimal {
    private static let digits = Array("0123456789abcdef".utf8)

    package static func encode(_ bytes: some Sequence<UInt8>) -> String {
        var text: [UInt8] = []
        for byte in bytes {
            text.append(digits[Int(byte >> 4)])
            text.append(digits[Int(byte & 15)])
        }
        return String(decoding: text, as: UTF8.self)
    }
}
