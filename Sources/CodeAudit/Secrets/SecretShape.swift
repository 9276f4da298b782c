import Foundation

/// How a provider's token looks: a fixed start, then characters of a set, then something else.
struct SecretShape: Sendable {
    let rule: AuditRule
    let prefix: [UInt8]
    let body: ByteSet
    let length: ClosedRange<Int>
    /// Whether the whole token (prefix and body) is a real one, as far as its form can tell.
    let isGenuine: @Sendable (_ token: ArraySlice<UInt8>, _ body: ArraySlice<UInt8>) -> Bool

    init(
        _ rule: AuditRule,
        _ prefix: String,
        _ body: ByteSet,
        _ length: ClosedRange<Int>,
        isGenuine: @escaping @Sendable (_ token: ArraySlice<UInt8>, _ body: ArraySlice<UInt8>) -> Bool = { _, _ in true
        }
    ) {
        self.rule = rule
        self.prefix = Array(prefix.utf8)
        self.body = body
        self.length = length
        self.isGenuine = isGenuine
    }

    /// All tokens of this shape in a text, by their places.
    func matches(in bytes: [UInt8]) -> [Range<Int>] {
        var found: [Range<Int>] = []
        for start in ByteSearch.places(of: prefix, in: bytes) {
            // In the middle of a longer word it is something else.
            if start > 0, ByteSet.word.contains(bytes[start - 1]), ByteSet.word.contains(prefix[0]) { continue }
            let from = start + prefix.count
            var end = from
            while end < bytes.count, end - from <= length.upperBound, body.contains(bytes[end]) { end += 1 }
            let token = bytes[from..<end]
            guard length.contains(token.count), !Randomness.isMadeUp(token),
                !String(decoding: token, as: UTF8.self).uppercased().contains("EXAMPLE"),
                isGenuine(bytes[start..<end], token)
            else { continue }
            found.append(start..<end)
        }
        return found
    }
}

/// Finds byte sequences: looks for the rarest byte with the C library's search, which is many times faster than a loop.
enum ByteSearch {
    static func places(of needle: [UInt8], in bytes: [UInt8]) -> [Int] {
        guard let anchor = needle.indices.max(by: { rarity(needle[$0]) < rarity(needle[$1]) }) else { return [] }
        var found: [Int] = []
        bytes.withUnsafeBytes { buffer in
            guard let base = buffer.baseAddress else { return }
            var position = anchor
            while position < buffer.count,
                let hit = memchr(base + position, Int32(needle[anchor]), buffer.count - position)
            {
                let start = UnsafeRawPointer(hit) - base - anchor
                guard start + needle.count <= buffer.count else { return }
                if memcmp(base + start, needle, needle.count) == 0 { found.append(start) }
                position = start + anchor + 1
            }
        }
        return found
    }

    /// How seldom a byte stands in source code, roughly.
    private static func rarity(_ byte: UInt8) -> Int {
        if Array("QZXJVKWqzxjvkw".utf8).contains(byte) { return 4 }
        if ByteSet.uppercase.contains(byte) || ByteSet.digits.contains(byte) { return 3 }
        if Array("bgfpyhm".utf8).contains(byte) { return 2 }
        return ByteSet.lowercase.contains(byte) ? 1 : byte == 0x2D || byte == 0x5F ? 2 : 1
    }
}
