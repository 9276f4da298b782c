import Core
import Crypto
import Foundation

/// `hashFiles(…)`: one digest for the content of all files that the patterns match.
enum HashFiles {
    /// SHA-256 over the raw SHA-256 digests of the files, in the order of the search; `''` where nothing matches.
    ///
    /// Only files inside the workspace count.
    ///
    /// - Throws: `SlipwayError` where a file cannot be read or the option is unknown.
    static func digest(patterns: [String], workspace: String, home: String) throws -> String {
        var patterns = patterns
        var options = FileSearch.Options()
        options.followsSymbolicLinks = false
        if let first = patterns.first, first.hasPrefix("--") {
            guard first.lowercased() == "--follow-symbolic-links" else {
                throw SlipwayError(
                    .invalidInput,
                    "Invalid glob option \(first), avaliable option: '--follow-symbolic-links'."
                )
            }
            options.followsSymbolicLinks = true
            patterns.removeFirst()
        }
        let search = FileSearch(patterns.joined(separator: "\n"), root: workspace, home: home, options: options)
        var total = SHA256()
        var count = 0
        for file in try search.files() where file.hasPrefix(workspace + "/") {
            var information = stat()
            guard stat(file, &information) == 0, information.st_mode & S_IFMT == S_IFREG else { continue }
            total.update(data: Data(try FileDigest.sha256(of: file)))
            count += 1
        }
        return count == 0 ? "" : total.finalize().hexadecimal
    }
}

/// Digests of files that are read in pieces.
enum FileDigest {
    /// - Throws: `SlipwayError` (`.external`) where the file cannot be read.
    static func sha256(of path: String) throws -> SHA256.Digest {
        do {
            let file = try FileHandle(forReadingFrom: URL(filePath: path))
            defer { try? file.close() }
            var hash = SHA256()
            while let chunk = try file.read(upToCount: 1 << 20), !chunk.isEmpty { hash.update(data: chunk) }
            return hash.finalize()
        } catch {
            throw SlipwayError(.external, "Cannot read \(path)", why: error.localizedDescription)
        }
    }
}

extension SHA256.Digest {
    /// Lower-case, two characters a byte.
    var hexadecimal: String {
        map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}
