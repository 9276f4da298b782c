import Crypto
import Foundation

/// A tenant's key, `em_live_{key_id}_{secret}`: the id finds it, the secret of 256 random bits proves it.
/// Only its HMAC-SHA-256 under the server's key is kept, so that a copy of the database opens nothing.
struct APIKey: Sendable {
    static let prefix = "em_live_"
    private static let idLength = 16
    private static let secretLength = 64

    let id: String
    /// The whole key, as it is told once.
    let text: String

    static func make() -> APIKey {
        let id = hexadecimal(count: idLength / 2)
        return APIKey(id: id, text: "\(prefix)\(id)_\(hexadecimal(count: secretLength / 2))")
    }

    private init(id: String, text: String) {
        self.id = id
        self.text = text
    }

    /// nil for text that cannot be a key.
    init?(_ text: String) {
        let length = Self.prefix.utf8.count + Self.idLength + 1 + Self.secretLength
        guard text.utf8.count == length, text.hasPrefix(Self.prefix) else { return nil }
        let parts = text.dropFirst(Self.prefix.count).split(separator: "_", omittingEmptySubsequences: false)
        guard parts.count == 2, parts[0].count == Self.idLength else { return nil }
        self.id = String(parts[0])
        self.text = text
    }

    private static func hexadecimal(count: Int) -> String {
        // SystemRandomNumberGenerator is the system's cryptographic source.
        (0..<count).map { _ in
            let byte = UInt8.random(in: 0...UInt8.max)
            return String(byte >> 4, radix: 16) + String(byte & 15, radix: 16)
        }.joined()
    }
}

/// The server's key, which never leaves memory.
struct ServerKey: Sendable, CustomStringConvertible, CustomReflectable {
    private let key: SymmetricKey

    init(_ text: String) {
        key = SymmetricKey(data: SHA256.hash(data: Data(text.utf8)))
    }

    func mac(of text: String) -> Data {
        Data(HMAC<SHA256>.authenticationCode(for: Data(text.utf8), using: key))
    }

    /// In constant time, and as long for a wrong text as for the right one.
    func verifies(_ text: String, mac: Data) -> Bool {
        HMAC<SHA256>.isValidAuthenticationCode(mac, authenticating: Data(text.utf8), using: key)
    }

    var description: String { "***" }
    var customMirror: Mirror { Mirror(self, children: []) }
}
