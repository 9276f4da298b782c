import Foundation

/// One line of a `path` input: a glob over absolute paths, as `@actions/glob` understands it.
///
/// `*`, `?` and `[…]` stop at `/` and match leading dots; `**` as a whole segment crosses folders; braces and extended
/// globs mean themselves.
struct PathPattern: Sendable {
    enum Segment: Sendable, Hashable {
        case literal(String)
        case glob([UInt8])
        case anyDepth
    }

    struct Match: OptionSet, Sendable {
        let rawValue: Int
        static let directory = Match(rawValue: 1)
        static let file = Match(rawValue: 2)
        static let all: Match = [.directory, .file]
    }

    let isNegated: Bool
    let hasTrailingSlash: Bool
    let isImplicit: Bool
    let segments: [Segment]
    /// Where a search for this pattern begins: the literal folders in front.
    let searchPath: String

    /// - Parameters:
    ///   - text: the line, without comment and blanks.
    ///   - root: what relative patterns are relative to.
    ///   - home: what a leading `~` stands for.
    init(_ text: String, root: String, home: String) {
        var text = Substring(text)
        var isNegated = false
        while text.first == "!" {
            isNegated.toggle()
            text = text.dropFirst().drop { $0 == " " }
        }
        self.isNegated = isNegated
        var path = String(text)
        if path == "~" || path.hasPrefix("~/") {
            path = home + path.dropFirst()
        } else if !path.hasPrefix("/") {
            // What comes from the root is no pattern: its brackets and stars mean themselves.
            path = "\(Self.escaped(root))/\(path)"
        }
        hasTrailingSlash = path.hasSuffix("/") && path != "/"
        isImplicit = false
        segments = Self.segments(of: path)
        searchPath = Self.searchPath(of: segments)
    }

    private init(implicitFrom pattern: PathPattern) {
        isNegated = pattern.isNegated
        hasTrailingSlash = false
        isImplicit = true
        segments = pattern.segments + [.anyDepth]
        searchPath = pattern.searchPath
    }

    /// The pattern for all that lies below a folder that matches.
    var implicitDescendants: PathPattern? {
        segments.last == .anyDepth && !hasTrailingSlash ? nil : PathPattern(implicitFrom: self)
    }

    /// What a path, given as the segments of an absolute one, may be to match: a folder, anything, or nothing.
    func match(_ path: [String]) -> Match {
        guard Self.matches(segments[...], path[...], partially: false) else { return [] }
        return hasTrailingSlash ? .directory : .all
    }

    /// Whether something below the path can match.
    func partiallyMatches(_ path: [String]) -> Bool { Self.matches(segments[...], path[...], partially: true) }

    private static func matches(_ segments: ArraySlice<Segment>, _ path: ArraySlice<String>, partially: Bool) -> Bool {
        guard let segment = segments.first else { return path.isEmpty }
        guard let name = path.first else { return partially || segments.allSatisfy { $0 == .anyDepth } }
        switch segment {
        case .anyDepth:
            return matches(segments.dropFirst(), path, partially: partially)
                || matches(segments, path.dropFirst(), partially: partially)
        case .literal(let literal):
            return literal == name && matches(segments.dropFirst(), path.dropFirst(), partially: partially)
        case .glob(let glob):
            return Wildcard.matches(glob[...], Array(name.utf8)[...])
                && matches(segments.dropFirst(), path.dropFirst(), partially: partially)
        }
    }

    private static func segments(of path: String) -> [Segment] {
        var result: [Segment] = []
        for part in path.split(separator: "/") {
            switch part {
            case ".": continue
            case "..": if !result.isEmpty { result.removeLast() }
            case "**": result.append(.anyDepth)
            default:
                if let literal = literal(part) {
                    result.append(.literal(literal))
                } else {
                    result.append(.glob(Array(part.utf8)))
                }
            }
        }
        return result
    }

    /// The name that a segment without wildcards stands for; `[x]` is a quoted `x`.
    private static func literal(_ segment: Substring) -> String? {
        var result = ""
        var rest = segment
        while let character = rest.first {
            switch character {
            case "*", "?": return nil
            case "\\" where rest.count > 1:
                rest = rest.dropFirst()
                result.append(rest.removeFirst())
            case "[":
                let inside = rest.dropFirst().prefix { $0 != "]" }
                guard rest.dropFirst(inside.count + 1).first == "]" else {
                    result.append(rest.removeFirst())
                    continue
                }
                guard inside.count == 1, inside != "!", inside != "^" else { return nil }
                result += inside
                rest = rest.dropFirst(3)
            default: result.append(rest.removeFirst())
            }
        }
        return result
    }

    private static func escaped(_ path: String) -> String {
        path.replacing(/[*?\[\\]/) { "\\\($0.output)" }
    }

    private static func searchPath(of segments: [Segment]) -> String {
        var parts: [String] = []
        for segment in segments {
            guard case .literal(let name) = segment else { break }
            parts.append(name)
        }
        return "/" + parts.joined(separator: "/")
    }
}

/// Wildcards within one name.
private enum Wildcard {
    static func matches(_ pattern: ArraySlice<UInt8>, _ name: ArraySlice<UInt8>) -> Bool {
        var pattern = pattern
        var name = name
        // Where to go on when a later part fails: the last star takes one more byte.
        var retry: (pattern: ArraySlice<UInt8>, name: ArraySlice<UInt8>)?
        while true {
            if pattern.first == UInt8(ascii: "*") {
                pattern = pattern.dropFirst()
                retry = (pattern, name)
                continue
            }
            if pattern.isEmpty && name.isEmpty { return true }
            if let byte = name.first, let rest = step(pattern, byte) {
                pattern = rest
                name = name.dropFirst()
                continue
            }
            guard let last = retry, !last.name.isEmpty else { return false }
            retry = (last.pattern, last.name.dropFirst())
            pattern = last.pattern
            name = last.name.dropFirst()
        }
    }

    /// What is left of the pattern after one byte; nil where the byte does not fit.
    private static func step(_ pattern: ArraySlice<UInt8>, _ byte: UInt8) -> ArraySlice<UInt8>? {
        guard let first = pattern.first else { return nil }
        switch first {
        case UInt8(ascii: "?"): return pattern.dropFirst()
        case UInt8(ascii: "\\") where pattern.count > 1:
            return pattern.dropFirst().first == byte ? pattern.dropFirst(2) : nil
        case UInt8(ascii: "["):
            guard let end = pattern.dropFirst(2).firstIndex(of: UInt8(ascii: "]")) else { break }
            var members = pattern[(pattern.startIndex + 1)..<end]
            let isNegated = members.first == UInt8(ascii: "!") || members.first == UInt8(ascii: "^")
            if isNegated { members = members.dropFirst() }
            return contains(members, byte) != isNegated ? pattern[(end + 1)...] : nil
        default: break
        }
        return first == byte ? pattern.dropFirst() : nil
    }

    private static func contains(_ members: ArraySlice<UInt8>, _ byte: UInt8) -> Bool {
        var members = members
        while let low = members.first {
            if members.count >= 3, members[members.startIndex + 1] == UInt8(ascii: "-") {
                let high = members[members.startIndex + 2]
                if low <= byte && byte <= high { return true }
                members = members.dropFirst(3)
            } else {
                if low == byte { return true }
                members = members.dropFirst()
            }
        }
        return false
    }
}
