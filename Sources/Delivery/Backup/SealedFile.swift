import Core
import Crypto
import Foundation

/// A file of any size sealed with AES-256-GCM, a piece at a time.
///
/// `SLIPSEAL1`, 32 bytes of salt, then pieces: a length of four bytes and that many bytes of ciphertext and tag. The key
/// is derived from the configured one and the salt, so a piece's number is nonce enough. Number and "last" are
/// authenticated with each piece: pieces that are swapped, repeated or cut off at the end are found.
enum SealedFile {
    private static let mark = Data("SLIPSEAL1".utf8)
    private static let saltSize = 32
    static let pieceSize = 1 << 20
    private static let tagSize = 16

    static func isSealed(_ url: URL) throws -> Bool {
        let file = try FileHandle(forReadingFrom: url)
        defer { try? file.close() }
        return try file.read(upToCount: mark.count) == mark
    }

    static func seal(_ source: URL, into target: URL, key: SymmetricKey) throws {
        let input = try FileHandle(forReadingFrom: source)
        defer { try? input.close() }
        let output = try PrivateOutput.open(target)
        defer { try? output.close() }
        let salt = SymmetricKey(size: .bits256).withUnsafeBytes { Data($0) }
        let derived = derive(key, salt)
        try output.write(contentsOf: mark + salt)
        var number: UInt64 = 0
        var piece = try input.read(upToCount: pieceSize) ?? Data()
        while true {
            let next = try input.read(upToCount: pieceSize) ?? Data()
            let isLast = next.isEmpty
            let box = try AES.GCM.seal(
                piece,
                using: derived,
                nonce: nonce(number),
                authenticating: context(number, isLast)
            )
            let sealed = box.ciphertext + box.tag
            try output.write(contentsOf: withUnsafeBytes(of: UInt32(sealed.count).bigEndian) { Data($0) } + sealed)
            if isLast { break }
            piece = next
            number += 1
        }
        try output.synchronize()
    }

    /// - Throws: `SlipwayError` where the key is another, or the file was damaged or cut.
    static func open(_ source: URL, into target: URL, key: SymmetricKey) throws {
        let input = try FileHandle(forReadingFrom: source)
        defer { try? input.close() }
        guard try input.read(upToCount: mark.count) == mark, let salt = try input.read(upToCount: saltSize),
            salt.count == saltSize
        else { throw damaged(source) }
        let derived = derive(key, salt)
        let output = try PrivateOutput.open(target)
        defer { try? output.close() }
        var number: UInt64 = 0
        var sealed = try piece(input, source)
        while let current = sealed {
            let next = try piece(input, source)
            do {
                let box = try AES.GCM.SealedBox(
                    nonce: nonce(number),
                    ciphertext: current.dropLast(tagSize),
                    tag: current.suffix(tagSize)
                )
                let plain = try AES.GCM.open(box, using: derived, authenticating: context(number, next == nil))
                try output.write(contentsOf: plain)
            } catch is CryptoKitError {
                throw damaged(source)
            }
            number += 1
            sealed = next
        }
        guard number > 0 else { throw damaged(source) }
    }

    private static func piece(_ input: FileHandle, _ source: URL) throws -> Data? {
        guard let head = try input.read(upToCount: 4), !head.isEmpty else { return nil }
        let length = head.reduce(0) { $0 << 8 | Int($1) }
        guard head.count == 4, (tagSize...pieceSize + tagSize).contains(length),
            let data = try input.read(upToCount: length), data.count == length
        else { throw damaged(source) }
        return data
    }

    private static func derive(_ key: SymmetricKey, _ salt: Data) -> SymmetricKey {
        HKDF<SHA256>.deriveKey(
            inputKeyMaterial: key,
            salt: salt,
            info: Data("slipway backup".utf8),
            outputByteCount: 32
        )
    }

    private static func nonce(_ number: UInt64) throws -> AES.GCM.Nonce {
        try AES.GCM.Nonce(data: Data(count: 4) + withUnsafeBytes(of: number.bigEndian) { Data($0) })
    }

    private static func context(_ number: UInt64, _ isLast: Bool) -> Data {
        withUnsafeBytes(of: number.bigEndian) { Data($0) } + [isLast ? 1 : 0]
    }

    private static func damaged(_ url: URL) -> SlipwayError {
        SlipwayError(
            .external,
            "\(url.lastPathComponent) cannot be opened",
            why: "it was sealed with another key, or it is damaged",
            next: "Give the key that was set when the back-up was made."
        )
    }
}

/// A new file that nobody else may read.
enum PrivateOutput {
    static func open(_ url: URL) throws -> FileHandle {
        let made = FileManager.default.createFile(
            atPath: url.path,
            contents: nil,
            attributes: [.posixPermissions: 0o600]
        )
        guard made else { throw SlipwayError(.external, "Cannot write \(url.path)") }
        return try FileHandle(forWritingTo: url)
    }
}
