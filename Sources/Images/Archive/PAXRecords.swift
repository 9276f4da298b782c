import Core

/// The `length key=value` records of a PAX extended header (POSIX.1-2001).
enum PAXRecords {
    struct Key: Hashable, Comparable {
        let name: String

        static let path = Key(name: "path")
        static let linkPath = Key(name: "linkpath")
        static let size = Key(name: "size")
        static let uid = Key(name: "uid")
        static let gid = Key(name: "gid")
        static let modified = Key(name: "mtime")
        static let attributePrefix = "SCHILY.xattr."

        var isSparse: Bool { name.hasPrefix("GNU.sparse.") }

        static func < (left: Key, right: Key) -> Bool { left.name < right.name }
    }

    static func parse(_ bytes: [UInt8]) throws -> [Key: [UInt8]] {
        var records: [Key: [UInt8]] = [:]
        var rest = bytes[...]
        // NULs after the last record are padding by a careless writer.
        while let first = rest.first, first != 0 {
            let digits = rest.prefix { (0x30...0x39).contains($0) }
            guard (1...7).contains(digits.count), let length = Int(String(decoding: digits, as: UTF8.self)),
                length > digits.count + 2, length <= rest.count
            else { throw invalid("A PAX record has no valid length.") }
            let record = rest.prefix(length).dropFirst(digits.count)
            guard record.first == 0x20, record.last == 0x0A, let equals = record.firstIndex(of: UInt8(ascii: "="))
            else {
                throw invalid("A PAX record is not \"length key=value\".")
            }
            let key = Key(name: String(decoding: record[(record.startIndex + 1)..<equals], as: UTF8.self))
            let value = Array(record[(equals + 1)..<(record.endIndex - 1)])
            // An empty value takes a global record back.
            records[key] = value.isEmpty ? nil : value
            rest = rest.dropFirst(length)
        }
        return records
    }

    static func encode(_ records: [Key: [UInt8]]) -> [UInt8] {
        var bytes: [UInt8] = []
        for (key, value) in records.sorted(by: { $0.key < $1.key }) {
            let body = Array(" \(key.name)=".utf8) + value + [0x0A]
            // The length counts its own digits.
            var length = body.count
            while body.count + String(length).utf8.count != length { length = body.count + String(length).utf8.count }
            bytes += Array(String(length).utf8) + body
        }
        return bytes
    }

    static func extendedAttributes(_ records: [Key: [UInt8]]) -> [[UInt8]: [UInt8]] {
        var attributes: [[UInt8]: [UInt8]] = [:]
        for (key, value) in records where key.name.hasPrefix(Key.attributePrefix) {
            attributes[Array(key.name.utf8.dropFirst(Key.attributePrefix.utf8.count))] = value
        }
        return attributes
    }

    /// A number that is not negative.
    static func integer(_ value: [UInt8], _ name: String) throws -> Int64 {
        guard let number = Int64(String(decoding: value, as: UTF8.self)), number >= 0 else {
            throw invalid("The PAX record \(name) is not a number.")
        }
        return number
    }

    /// Whole seconds of a time such as `1350244992.023960108`, rounded down.
    static func seconds(_ value: [UInt8], _ name: String) throws -> Int64 {
        let text = String(decoding: value, as: UTF8.self)
        let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        guard let whole = parts.first, let seconds = Int64(whole) else {
            throw invalid("The PAX record \(name) is not a time.")
        }
        let hasFraction = parts.count == 2 && parts[1].contains { $0 != "0" }
        return text.hasPrefix("-") && hasFraction ? seconds - 1 : seconds
    }

    private static func invalid(_ why: String) -> SlipwayError {
        SlipwayError(.invalidInput, "Not a valid tar archive", why: why)
    }
}
