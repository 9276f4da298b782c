import Core
import Crypto
import Foundation
import Testing

@testable import Delivery

struct SealedFileTests {
    private let folder: TemporaryFolder
    private let key = SymmetricKey(size: .bits256)

    init() throws { folder = try TemporaryFolder() }

    private func sealed(_ data: Data) throws -> (plain: URL, sealed: URL, open: URL) {
        let plain = folder.url.appending(path: "plain")
        try data.write(to: plain)
        let sealed = folder.url.appending(path: "sealed")
        try SealedFile.seal(plain, into: sealed, key: key)
        return (plain, sealed, folder.url.appending(path: "open"))
    }

    private static func data(_ size: Int) -> Data {
        Data((0..<size).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8) })
    }

    @Test(arguments: [0, 1, SealedFile.pieceSize - 1, SealedFile.pieceSize, SealedFile.pieceSize + 1, 3_000_000])
    func whatIsSealedOpens(_ size: Int) throws {
        let data = Self.data(size)
        let files = try sealed(data)
        try SealedFile.open(files.sealed, into: files.open, key: key)
        #expect(try Data(contentsOf: files.open) == data)
        #expect(try SealedFile.isSealed(files.sealed))
        #expect(try size == 0 || !SealedFile.isSealed(files.plain))
        let mode = try FileManager.default.attributesOfItem(atPath: files.sealed.path)[.posixPermissions] as? Int
        #expect(mode == 0o600)
    }

    @Test func theSameIsNeverSealedTheSame() throws {
        let first = try Data(contentsOf: try sealed(Self.data(1000)).sealed)
        #expect(try Data(contentsOf: try sealed(Self.data(1000)).sealed) != first)
    }

    @Test func anotherKeyOpensNothing() throws {
        let files = try sealed(Self.data(100))
        #expect(throws: SlipwayError.self) {
            try SealedFile.open(files.sealed, into: files.open, key: SymmetricKey(size: .bits256))
        }
    }

    /// A changed byte anywhere, a piece cut off, pieces swapped.
    @Test func damageIsFound() throws {
        let files = try sealed(Self.data(2 * SealedFile.pieceSize + 10))
        let good = try Data(contentsOf: files.sealed)
        let piece = 4 + SealedFile.pieceSize + 16
        let head = 9 + 32
        var damaged: [Data] = [0, 20, head + 2, head + 100, good.count - 1].map { position in
            var copy = good
            copy[position] ^= 1
            return copy
        }
        damaged.append(good.prefix(head + piece))
        damaged.append(good.prefix(head + 2 * piece))
        damaged.append(good.prefix(head))
        damaged.append(good.prefix(good.count - 3))
        damaged.append(
            good[..<head] + good[(head + piece)..<(head + 2 * piece)] + good[head..<(head + piece)]
                + good[(head + 2 * piece)...]
        )
        for (index, data) in damaged.enumerated() {
            try data.write(to: files.sealed)
            #expect(throws: SlipwayError.self, "damage \(index)") {
                try SealedFile.open(files.sealed, into: files.open, key: key)
            }
        }
    }
}
