import Core
import Foundation

/// Which file the dynamic loader takes for a library's name, by `/etc/ld.so.cache` (glibc, `dl-cache.h`, new format).
struct LoaderCache {
    /// Paths by library name, in the cache's order.
    private(set) var paths: [String: [String]] = [:]

    /// Reads the cache; a format that is not known (and a big-endian one) is as if there were no cache.
    init(_ bytes: [UInt8]) {
        let magic = Array("glibc-ld.so.cache1.1".utf8)
        var start = 0
        // An old-format table may come first; the new one follows at the next multiple of eight.
        let oldMagic = Array("ld.so-1.7.0\0".utf8)
        if bytes.starts(with: oldMagic), bytes.count >= 16 {
            let count = Int(Self.number(bytes, 12))
            guard count <= bytes.count / 12 else { return }
            start = (16 + 12 * count + 7) / 8 * 8
        }
        guard bytes.count >= start + 48, bytes[start..<start + magic.count].elementsEqual(magic) else { return }
        let count = Int(Self.number(bytes, start + 20))
        guard count <= (bytes.count - start - 48) / 24 else { return }
        for index in 0..<count {
            let entry = start + 48 + 24 * index
            // Libraries for newer processors would not run everywhere: the baseline has no capability bits.
            let capabilities = Self.number(bytes, entry + 16) | Self.number(bytes, entry + 20)
            guard capabilities == 0,
                let name = Self.string(bytes, start + Int(Self.number(bytes, entry + 4))),
                let path = Self.string(bytes, start + Int(Self.number(bytes, entry + 8)))
            else { continue }
            paths[name, default: []].append(path)
        }
    }

    private static func number(_ bytes: [UInt8], _ offset: Int) -> UInt32 {
        guard offset >= 0, offset + 4 <= bytes.count else { return 0 }
        return bytes[offset..<offset + 4].reversed().reduce(0) { $0 << 8 | UInt32($1) }
    }

    private static func string(_ bytes: [UInt8], _ offset: Int) -> String? {
        guard offset >= 0, offset < bytes.count, let end = bytes[offset...].firstIndex(of: 0) else { return nil }
        return String(decoding: bytes[offset..<end], as: UTF8.self)
    }
}
