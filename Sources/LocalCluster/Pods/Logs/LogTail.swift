import Foundation

/// Where the last lines of a log begin.
enum LogTail {
    struct Position: Sendable, Hashable {
        /// Index into the log's files, oldest first.
        let file: Int
        let offset: Int
    }

    /// The place from which `count` lines follow, counted from the end; files are read backwards, piece by piece.
    static func position(of count: Int, in files: [String]) -> Position {
        var missing = count
        for (index, path) in files.enumerated().reversed() {
            guard let handle = FileHandle(forReadingAtPath: path), let size = try? handle.seekToEnd() else { continue }
            defer { try? handle.close() }
            if missing == 0 { return Position(file: index, offset: Int(size)) }
            var end = Int(size)
            while end > 0 {
                let start = max(0, end - (64 << 10))
                guard (try? handle.seek(toOffset: UInt64(start))) != nil,
                    let piece = try? handle.read(upToCount: end - start)
                else { break }
                for (position, byte) in piece.enumerated().reversed() where byte == UInt8(ascii: "\n") {
                    // The last line feed ends the last line; each one before it ends a line that counts less.
                    guard start + position + 1 < Int(size) else { continue }
                    missing -= 1
                    if missing == 0 { return Position(file: index, offset: start + position + 1) }
                }
                end = start
            }
            if size > 0 { missing -= 1 }
            if missing == 0 { return Position(file: index, offset: 0) }
        }
        return Position(file: 0, offset: 0)
    }

    /// The last records of a log's newest file.
    static func last(_ count: Int, of path: String) -> [LogRecord] {
        guard count > 0, let handle = FileHandle(forReadingAtPath: path) else { return [] }
        defer { try? handle.close() }
        let start = position(of: count, in: [path])
        guard (try? handle.seek(toOffset: UInt64(start.offset))) != nil, let data = try? handle.readToEnd() else {
            return []
        }
        return data.split(separator: UInt8(ascii: "\n")).compactMap { LogRecord($0) }
    }
}
