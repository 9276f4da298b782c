/// One member of a tar archive.
package struct TarEntry: Sendable, Hashable {
    package enum Kind: Sendable, Hashable {
        case regular, directory, symbolicLink, hardLink, fifo, characterDevice, blockDevice
    }

    /// As written in the archive: bytes, unchecked.
    package var path: [UInt8]
    package var kind: Kind
    /// Permission bits with set-uid, set-gid and sticky.
    package var mode: UInt32
    package var uid: UInt32
    package var gid: UInt32
    /// Bytes of content; only regular files have any.
    package var size: Int64
    /// Seconds since 1970.
    package var modified: Int64
    package var linkTarget: [UInt8]
    /// Extended attributes (`SCHILY.xattr.` records), by name.
    package var extendedAttributes: [[UInt8]: [UInt8]]

    package init(
        path: [UInt8],
        kind: Kind,
        mode: UInt32,
        uid: UInt32 = 0,
        gid: UInt32 = 0,
        size: Int64 = 0,
        modified: Int64 = 0,
        linkTarget: [UInt8] = [],
        extendedAttributes: [[UInt8]: [UInt8]] = [:]
    ) {
        self.path = path
        self.kind = kind
        self.mode = mode
        self.uid = uid
        self.gid = gid
        self.size = size
        self.modified = modified
        self.linkTarget = linkTarget
        self.extendedAttributes = extendedAttributes
    }
}

/// The 512-byte blocks that a tar archive consists of.
enum TarBlock {
    static let size = 512
    /// Where each field of a ustar header lies (POSIX.1-1988).
    enum Field {
        static let name = 0..<100
        static let mode = 100..<108
        static let uid = 108..<116
        static let gid = 116..<124
        static let size = 124..<136
        static let modified = 136..<148
        static let checksum = 148..<156
        static let type = 156
        static let linkName = 157..<257
        static let magic = 257..<263
        static let version = 263..<265
        static let prefix = 345..<500
    }

    /// How many bytes of padding follow content of this size.
    static func padding(after size: Int64) -> Int { Int((512 - size % 512) % 512) }

    /// The sum of all bytes, the checksum field counted as blanks.
    static func checksum(_ block: [UInt8]) -> (unsigned: Int64, signed: Int64) {
        var unsigned: Int64 = 0
        var signed: Int64 = 0
        for (index, byte) in block.enumerated() {
            let value = Field.checksum.contains(index) ? 0x20 : byte
            unsigned += Int64(value)
            signed += Int64(Int8(bitPattern: value))
        }
        return (unsigned, signed)
    }
}
