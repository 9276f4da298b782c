/// Checksums that some providers put into their tokens, so that a scanner can tell a token from a look-alike.
enum Checksums {
    private static let crcTable: [UInt32] = (0..<256).map { index in
        (0..<8).reduce(UInt32(index)) { value, _ in value & 1 == 1 ? 0xEDB8_8320 ^ (value >> 1) : value >> 1 }
    }

    /// CRC-32 as in ZIP and Ethernet (IEEE 802.3).
    static func crc32(_ bytes: some Sequence<UInt8>) -> UInt32 {
        ~bytes.reduce(~UInt32(0)) { crc, byte in crcTable[Int((crc ^ UInt32(byte)) & 0xFF)] ^ (crc >> 8) }
    }

    /// GitHub's and npm's: the last six characters are the CRC-32 of those before, in base 62 with leading zeros.
    static func endsWithBase62CRC(_ body: ArraySlice<UInt8>) -> Bool {
        guard body.count > 6 else { return false }
        let digits = Array("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz".utf8)
        var number: UInt64 = 0
        for byte in body.suffix(6) {
            guard let digit = digits.firstIndex(of: byte) else { return false }
            number = number * 62 + UInt64(digit)
        }
        return number == UInt64(crc32(body.dropLast(6)))
    }

    /// Bech32 (BIP 173), as age writes its secret keys, in upper case.
    static func isBech32(_ text: ArraySlice<UInt8>) -> Bool {
        let alphabet = Array("QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L".utf8)
        guard let separator = text.lastIndex(of: UInt8(ascii: "1")) else { return false }
        // Checksums are made of the lower-case form.
        let prefix = text[..<separator].map { $0 | 0x20 }
        var values = prefix.map { $0 >> 5 } + [0] + prefix.map { $0 & 31 }
        for byte in text[(separator + 1)...] {
            guard let value = alphabet.firstIndex(of: byte) else { return false }
            values.append(UInt8(value))
        }
        let generator: [UInt32] = [0x3B6A_57B2, 0x2650_8E6D, 0x1EA1_19FA, 0x3D42_33DD, 0x2A14_62B3]
        let check = values.reduce(UInt32(1)) { sum, value in
            var next = (sum & 0x1FF_FFFF) << 5 ^ UInt32(value)
            for (bit, constant) in generator.enumerated() where (sum >> 25) >> bit & 1 == 1 { next ^= constant }
            return next
        }
        return check == 1
    }
}
