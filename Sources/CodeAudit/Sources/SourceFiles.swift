import Core
import Foundation

/// Runs git for the audit; the command line brings the one that starts processes.
package protocol GitClient: Sendable {
    /// Runs git and hands on what it prints, piece by piece.
    ///
    /// - Parameters:
    ///   - arguments: Without the program's name.
    ///   - take: Gets the bytes in their order.
    /// - Returns: Whether git ended well.
    /// - Throws: What `take` throws, and `SlipwayError` where git cannot be started.
    func run(_ arguments: [String], _ take: (ArraySlice<UInt8>) throws -> Void) async throws -> Bool
}

/// Which files are audited: in a repository those that git tracks or would add, elsewhere all.
enum SourceFiles {
    /// Folders of tools; a repository's own list of ignored files says more, where there is one.
    private static let skipped: Set<String> = [".git", ".build", ".swiftpm", ".slipway", "node_modules", ".venv"]

    /// Paths relative to the audited folder, sorted; `git` is nil for a folder that is in no repository.
    static func list(in root: URL, git: (any GitClient)?) async throws -> [String] {
        if let git {
            var bytes: [UInt8] = []
            let isRepository = try await git.run(["ls-files", "-z", "--cached", "--others", "--exclude-standard"]) {
                bytes += $0
            }
            if isRepository {
                return Set(bytes.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }).sorted()
            }
        }
        let enumerator = FileManager.default.enumerator(at: root, includingPropertiesForKeys: [.isRegularFileKey])
        let prefix = root.standardizedFileURL.path(percentEncoded: false)
        var found: [String] = []
        while let file = enumerator?.nextObject() as? URL {
            if skipped.contains(file.lastPathComponent) {
                enumerator?.skipDescendants()
            } else if (try? file.resourceValues(forKeys: [.isRegularFileKey]))?.isRegularFile == true {
                let path = file.standardizedFileURL.path(percentEncoded: false)
                found.append(String(path.dropFirst(prefix.hasSuffix("/") ? prefix.count : prefix.count + 1)))
            }
        }
        return found.sorted()
    }
}

/// Paths with `*`, `?` and `**` (any number of folders).
struct PathPattern {
    private let parts: [String]

    init(_ text: String) { parts = text.split(separator: "/").map(String.init) }

    func matches(_ path: String) -> Bool { matches(parts[...], path.split(separator: "/").map(String.init)[...]) }

    private func matches(_ pattern: ArraySlice<String>, _ path: ArraySlice<String>) -> Bool {
        guard let first = pattern.first else { return path.isEmpty }
        if first == "**" {
            let rest = pattern.dropFirst()
            return (path.startIndex...path.endIndex).contains { matches(rest, path[$0...]) }
        }
        guard let name = path.first, fnmatch(first, name, 0) == 0 else { return false }
        return matches(pattern.dropFirst(), path.dropFirst())
    }
}
