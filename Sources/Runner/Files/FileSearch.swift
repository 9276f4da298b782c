import Core
import Foundation

/// Finds the files of several path patterns, in the order in which `@actions/glob` finds them.
struct FileSearch: Sendable {
    struct Options: Sendable {
        /// A folder that matches brings all below it.
        var implicitDescendants = true
        var followsSymbolicLinks = true
        var includesHiddenFiles = true
        /// Whether folders themselves are results.
        var includesFolders = false
    }

    let patterns: [PathPattern]
    let options: Options
    /// Where the search begins, without folders inside others.
    let searchPaths: [String]

    /// - Parameters:
    ///   - text: one pattern a line; blank lines and `#` comments are skipped.
    ///   - root: what relative patterns are relative to.
    ///   - home: what a leading `~` stands for.
    ///   - options: how the search goes.
    init(_ text: String, root: String, home: String, options: Options = Options()) {
        var patterns: [PathPattern] = []
        for line in text.split(whereSeparator: \.isNewline) {
            let line = line.trimmingCharacters(in: .whitespaces)
            guard !line.isEmpty, !line.hasPrefix("#") else { continue }
            let pattern = PathPattern(line, root: root, home: home)
            patterns.append(pattern)
            if options.implicitDescendants, let below = pattern.implicitDescendants { patterns.append(below) }
        }
        self.patterns = patterns
        self.options = options
        var paths: [String] = []
        for path in patterns.filter({ !$0.isNegated }).map(\.searchPath) where !paths.contains(path) {
            paths.append(path)
        }
        searchPaths = paths.filter { path in
            !paths.contains { $0 != path && path.hasPrefix($0 == "/" ? "/" : $0 + "/") }
        }
    }

    /// All matches as absolute paths.
    ///
    /// - Throws: `SlipwayError` (`.external`) where a folder cannot be read.
    func files() throws -> [String] {
        var result: [String] = []
        var visited: Set<String> = []
        for root in searchPaths {
            var stack: [(path: String, ancestors: [String])] = [(root, [])]
            while let (path, ancestors) = stack.popLast() {
                let segments = path.split(separator: "/").map(String.init)
                let match = match(segments)
                let mayMatchBelow =
                    !match.isEmpty || patterns.contains { !$0.isNegated && $0.partiallyMatches(segments) }
                guard mayMatchBelow, let kind = kind(of: path) else { continue }
                if !options.includesHiddenFiles, segments.last?.hasPrefix(".") == true { continue }
                if kind != .folder {
                    if match.contains(.file), visited.insert(path).inserted { result.append(path) }
                    continue
                }
                if options.followsSymbolicLinks {
                    // A link to a folder above would never end.
                    let real = URL(filePath: path).resolvingSymlinksInPath().path
                    if ancestors.contains(real) { continue }
                    if options.includesFolders, match.contains(.directory) { result.append(path) }
                    try push(path, ancestors + [real], to: &stack)
                } else {
                    if options.includesFolders, match.contains(.directory) { result.append(path) }
                    try push(path, [], to: &stack)
                }
            }
        }
        return result
    }

    private func match(_ segments: [String]) -> PathPattern.Match {
        var result: PathPattern.Match = []
        for pattern in patterns {
            if pattern.isNegated {
                result.subtract(pattern.match(segments))
            } else {
                result.formUnion(pattern.match(segments))
            }
        }
        return result
    }

    private enum Kind { case folder, file }

    /// Nil for what is missing, and for a link to nothing.
    private func kind(of path: String) -> Kind? {
        var information = stat()
        let result = options.followsSymbolicLinks ? stat(path, &information) : lstat(path, &information)
        guard result == 0 else { return nil }
        return information.st_mode & S_IFMT == S_IFDIR ? .folder : .file
    }

    private func push(_ folder: String, _ ancestors: [String], to stack: inout [(path: String, ancestors: [String])])
        throws
    {
        let names: [String]
        do {
            names = try FileManager.default.contentsOfDirectory(atPath: folder)
        } catch {
            throw SlipwayError(.external, "Cannot read the folder \(folder)", why: "\(error.localizedDescription)")
        }
        let sorted = names.sorted { Array($0.utf8).lexicographicallyPrecedes(Array($1.utf8)) }
        for name in sorted.reversed() { stack.append((folder == "/" ? "/\(name)" : "\(folder)/\(name)", ancestors)) }
    }
}
