/// The public name of an episode: a UUID of version 7 (RFC 9562), so that names made one after another sort so too.
package struct EpisodeID: Sendable, Hashable, CustomStringConvertible {
    package let bytes: [UInt8]

    /// A new one; the rest of its bits are random, so that it cannot be guessed from another.
    package static func make(at time: Timestamp = .now()) -> EpisodeID {
        let milliseconds = UInt64(bitPattern: time.milliseconds)
        let high = milliseconds << 16 | 0x7000 | UInt64.random(in: 0...0xFFF)
        let low = UInt64.random(in: 0...UInt64.max) & 0x3FFF_FFFF_FFFF_FFFF | 0x8000_0000_0000_0000
        return EpisodeID(bytes: Self.bigEndian(high) + Self.bigEndian(low))
    }

    /// - Returns: nil unless there are 16 of them.
    package init?(stored bytes: [UInt8]) {
        guard bytes.count == 16 else { return nil }
        self.bytes = bytes
    }

    /// The canonical form, 36 characters in lower or upper case; nil for anything else.
    package init?(_ text: String) {
        var bytes: [UInt8] = []
        var high: UInt8?
        let characters = Array(text.utf8)
        guard characters.count == 36 else { return nil }
        for (index, character) in characters.enumerated() {
            if Self.dashes.contains(index) {
                guard character == UInt8(ascii: "-") else { return nil }
                continue
            }
            guard character < 0x80, let digit = Character(Unicode.Scalar(character)).hexDigitValue else { return nil }
            if let first = high {
                bytes.append(first << 4 | UInt8(digit))
                high = nil
            } else {
                high = UInt8(digit)
            }
        }
        self.bytes = bytes
    }

    private init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    package var description: String {
        var characters: [UInt8] = []
        characters.reserveCapacity(36)
        for byte in bytes {
            if Self.dashes.contains(characters.count) { characters.append(UInt8(ascii: "-")) }
            characters.append(Self.digit(byte >> 4))
            characters.append(Self.digit(byte & 15))
        }
        return String(decoding: characters, as: UTF8.self)
    }

    private static let dashes = [8, 13, 18, 23]

    private static func digit(_ value: UInt8) -> UInt8 {
        value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10
    }

    private static func bigEndian(_ value: UInt64) -> [UInt8] {
        (0..<8).map { UInt8(truncatingIfNeeded: value >> (56 - 8 * UInt64($0))) }
    }
}
