import Foundation

/// Debian's control files (`deb822(5)`): paragraphs of `Field: value` lines with a blank line between them.
package enum ControlFile {
    /// Calls `body` with each paragraph's bytes, without the blank lines.
    package static func forEachParagraph(_ bytes: [UInt8], _ body: (UnsafeRawBufferPointer) throws -> Void) rethrows {
        try bytes.withUnsafeBytes { buffer in
            var start = 0
            var position = 0
            while position < buffer.count {
                let end = lineEnd(buffer, from: position)
                if isBlank(buffer[position..<end]) {
                    if position > start { try body(UnsafeRawBufferPointer(rebasing: buffer[start..<position])) }
                    start = end + 1
                }
                position = end + 1
            }
            if start < buffer.count { try body(UnsafeRawBufferPointer(rebasing: buffer[start...])) }
        }
    }

    /// Calls `body` with each line, without its line feed.
    package static func forEachLine(_ bytes: [UInt8], _ body: (UnsafeRawBufferPointer) throws -> Void) rethrows {
        try bytes.withUnsafeBytes { buffer in
            var position = 0
            while position < buffer.count {
                let end = lineEnd(buffer, from: position)
                try body(UnsafeRawBufferPointer(rebasing: buffer[position..<end]))
                position = end + 1
            }
        }
    }

    /// A paragraph's fields by their names in lower case; lines that go on keep their line feeds.
    package static func fields(_ paragraph: UnsafeRawBufferPointer) -> [String: String] {
        var fields: [String: String] = [:]
        var current: String?
        for line in String(decoding: paragraph, as: UTF8.self).utf8.split(separator: 0x0A) {
            if line.first == 0x20 || line.first == 0x09 {
                if let current { fields[current, default: ""] += "\n" + (String(line) ?? "") }
            } else if let colon = line.firstIndex(of: UInt8(ascii: ":")) {
                let name = (String(line[..<colon]) ?? "").lowercased()
                let value = String(line[line.index(after: colon)...]) ?? ""
                fields[name] = value.trimmingCharacters(in: .whitespaces)
                current = name
            }
        }
        return fields
    }

    private static func lineEnd(_ buffer: UnsafeRawBufferPointer, from position: Int) -> Int {
        guard let base = buffer.baseAddress, let end = memchr(base + position, 0x0A, buffer.count - position) else {
            return buffer.count
        }
        return UnsafeRawPointer(end) - base
    }

    private static func isBlank(_ line: Slice<UnsafeRawBufferPointer>) -> Bool {
        line.allSatisfy { $0 == 0x20 || $0 == 0x09 || $0 == 0x0D }
    }
}
