import Foundation

/// The file that a cluster's server prints to.
enum ServerLog {
    private static let limit: UInt64 = 10 * 1024 * 1024

    /// Sets a log aside that has grown too large; the one before it is forgotten.
    static func rotate(_ url: URL) {
        let attributes = try? FileManager.default.attributesOfItem(atPath: url.path)
        guard let size = (attributes?[.size] as? NSNumber)?.uint64Value, size > limit else { return }
        let old = url.path + ".1"
        try? FileManager.default.removeItem(atPath: old)
        try? FileManager.default.moveItem(atPath: url.path, toPath: old)
    }

    static func size(_ url: URL) -> UInt64 {
        let attributes = try? FileManager.default.attributesOfItem(atPath: url.path)
        return (attributes?[.size] as? NSNumber)?.uint64Value ?? 0
    }

    /// The last lines written after an offset.
    static func tail(_ url: URL, after offset: UInt64, lines: Int = 10) -> String {
        guard let handle = try? FileHandle(forReadingFrom: url) else { return "" }
        defer { try? handle.close() }
        let end = (try? handle.seekToEnd()) ?? 0
        // A line is rarely longer than some hundred bytes.
        let start = max(offset, end > 16_384 ? end - 16_384 : 0)
        guard start < end, (try? handle.seek(toOffset: start)) != nil, let data = try? handle.readToEnd() else {
            return ""
        }
        return String(decoding: data, as: UTF8.self).split(separator: "\n").suffix(lines).joined(separator: "\n")
    }
}
