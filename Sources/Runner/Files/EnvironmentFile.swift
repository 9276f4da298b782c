import Foundation

/// Reads `GITHUB_ENV`, `GITHUB_OUTPUT` and `GITHUB_STATE` files: `NAME=value` and `NAME<<DELIMITER` blocks.
///
/// Source of the rules: `EnvFileKeyValuePairs` of GitHub's runner.
enum EnvironmentFile {
    struct Mistake: Error, Hashable, CustomStringConvertible {
        let description: String
    }

    /// The pairs in their order; a name may come more than once.
    ///
    /// - Throws: `Mistake` in the runner's own words.
    static func parse(_ text: String) throws(Mistake) -> [(name: String, value: String)] {
        var pairs: [(name: String, value: String)] = []
        var reader = Reader(text)
        while let line = reader.next() {
            if line.text.isEmpty { continue }
            let equals = line.text.firstRange(of: "=")
            let heredoc = line.text.firstRange(of: "<<")
            if let heredoc, equals.map({ heredoc.lowerBound < $0.lowerBound }) ?? true {
                let name = String(line.text[..<heredoc.lowerBound])
                let delimiter = String(line.text[heredoc.upperBound...])
                guard !name.isEmpty, !delimiter.isEmpty else {
                    throw Mistake(
                        description:
                            "Invalid format '\(line.text)'. Name must not be empty and delimiter must not be empty"
                    )
                }
                pairs.append((name, try reader.block(until: delimiter)))
            } else if let equals {
                let name = String(line.text[..<equals.lowerBound])
                guard !name.isEmpty else {
                    throw Mistake(description: "Invalid format '\(line.text)'. Name must not be empty")
                }
                pairs.append((name, String(line.text[equals.upperBound...])))
            } else {
                throw Mistake(description: "Invalid format '\(line.text)'")
            }
        }
        return pairs
    }

    /// Lines end at a line feed and nowhere else: Swift's own notion of lines and characters takes `\r\n` for one.
    private struct Reader {
        private let bytes: [UInt8]
        private var index = 0

        init(_ text: String) { bytes = Array(text.utf8) }

        mutating func next() -> (text: String, hasNewline: Bool)? {
            guard index < bytes.count else { return nil }
            let end = bytes[index...].firstIndex(of: 0x0A)
            let line = String(decoding: bytes[index..<(end ?? bytes.count)], as: UTF8.self)
            index = end.map { $0 + 1 } ?? bytes.count
            return (line, end != nil)
        }

        mutating func block(until delimiter: String) throws(Mistake) -> String {
            var lines: [String] = []
            while let line = next() {
                if line.text.utf8.elementsEqual(delimiter.utf8) { return lines.joined(separator: "\n") }
                guard line.hasNewline else {
                    throw Mistake(description: "Invalid value. EOF marker missing new line.")
                }
                lines.append(line.text)
            }
            throw Mistake(description: "Invalid value. Matching delimiter not found '\(delimiter)'")
        }
    }
}

/// Reads a `GITHUB_PATH` file: one folder a line.
enum PathFile {
    /// Adds the folders to those already prepended, the first of which is searched first; one that is added again moves
    /// to the front.
    static func adding(_ text: String, to prepended: [String]) -> [String] {
        var result = prepended
        for line in text.split(whereSeparator: { $0 == "\n" || $0 == "\r\n" }) where !line.isEmpty {
            let folder = String(line)
            result.removeAll { $0 == folder }
            result.insert(folder, at: 0)
        }
        return result
    }
}
