import Core
import Foundation

/// Turns lines of tools into annotations by regular expressions (`::add-matcher::file.json`).
struct ProblemMatcher: Sendable, Codable {
    struct Pattern: Sendable, Codable {
        let expression: String
        let file, fromPath, line, column, severity, code, message: Int?
        let isLoop: Bool
    }

    let owner: String
    let severity: String?
    let patterns: [Pattern]
}

/// The file that `add-matcher` names.
enum ProblemMatcherFile {
    /// - Throws: `SlipwayError` where the file is missing or not of that form.
    static func read(_ path: String) throws -> [ProblemMatcher] {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw SlipwayError(.invalidInput, "The file does not exist")
        }
        let json = try JSON(parsing: data)
        return try (json["problemMatcher"]?.array ?? []).map { matcher in
            guard let owner = matcher["owner"]?.string, let patterns = matcher["pattern"]?.array, !patterns.isEmpty
            else {
                throw SlipwayError(.invalidInput, "A problem matcher needs an owner and a pattern")
            }
            return ProblemMatcher(
                owner: owner,
                severity: matcher["severity"]?.string,
                patterns: try patterns.map { pattern in
                    guard let expression = pattern["regexp"]?.string else {
                        throw SlipwayError(.invalidInput, "A pattern of problem matcher \(owner) has no regexp")
                    }
                    _ = try NSRegularExpression(pattern: expression)
                    return ProblemMatcher.Pattern(
                        expression: expression,
                        file: pattern["file"]?.int,
                        fromPath: pattern["fromPath"]?.int,
                        line: pattern["line"]?.int,
                        column: pattern["column"]?.int,
                        severity: pattern["severity"]?.int,
                        code: pattern["code"]?.int,
                        message: pattern["message"]?.int,
                        isLoop: pattern["loop"]?.bool ?? false
                    )
                }
            )
        }
    }
}

/// The matchers of a job, with how far each has got through its patterns.
struct ProblemMatcherSet: Sendable, Codable {
    private struct Progress: Sendable, Codable {
        let matcher: ProblemMatcher
        var position = 0
        var values: [String: String] = [:]
    }

    private var all: [Progress] = []

    var isEmpty: Bool { all.isEmpty }

    mutating func add(_ matchers: [ProblemMatcher]) {
        for matcher in matchers {
            remove(owner: matcher.owner)
            all.append(Progress(matcher: matcher))
        }
    }

    mutating func remove(owner: String) { all.removeAll { $0.matcher.owner == owner } }

    /// Takes over what steps beside others have added and removed since they began with `start`.
    mutating func adopt(_ end: ProblemMatcherSet, since start: ProblemMatcherSet) {
        let before = Set(start.all.map(\.matcher.owner))
        let after = Set(end.all.map(\.matcher.owner))
        for owner in before.subtracting(after) { remove(owner: owner) }
        add(end.all.map(\.matcher).filter { !before.contains($0.owner) })
    }

    /// The annotation that a line completes; the matcher that was added last is asked first.
    mutating func match(_ line: String) -> Annotation? {
        guard !all.isEmpty else { return nil }
        // Colours would hide what the expression looks for.
        let plain = line.replacing(/\u{1B}\[[0-9;]*[A-Za-z]/, with: "")
        for index in all.indices.reversed() {
            if let annotation = Self.advance(&all[index], plain) { return annotation }
        }
        return nil
    }

    private static func advance(_ progress: inout Progress, _ line: String) -> Annotation? {
        let patterns = progress.matcher.patterns
        guard let values = groups(patterns[progress.position], line) else {
            // A loop pattern ends where it no longer matches; the line may begin the matcher anew.
            let wasInside = progress.position > 0
            progress.position = 0
            progress.values = [:]
            return wasInside ? advance(&progress, line) : nil
        }
        let pattern = patterns[progress.position]
        guard progress.position == patterns.count - 1 else {
            progress.values.merge(values) { _, new in new }
            progress.position += 1
            return nil
        }
        let all = progress.values.merging(values) { _, new in new }
        if !pattern.isLoop {
            progress.position = 0
            progress.values = [:]
        }
        return annotation(all, default: progress.matcher.severity)
    }

    private static func groups(_ pattern: ProblemMatcher.Pattern, _ line: String) -> [String: String]? {
        guard let expression = try? NSRegularExpression(pattern: pattern.expression),
            let match = expression.firstMatch(in: line, range: NSRange(line.startIndex..., in: line))
        else { return nil }
        var values: [String: String] = [:]
        let names: [(String, Int?)] = [
            ("file", pattern.file), ("fromPath", pattern.fromPath), ("line", pattern.line), ("column", pattern.column),
            ("severity", pattern.severity), ("code", pattern.code), ("message", pattern.message),
        ]
        for case (let name, let group?) in names where group < match.numberOfRanges {
            if let range = Range(match.range(at: group), in: line) { values[name] = String(line[range]) }
        }
        return values
    }

    private static func annotation(_ values: [String: String], default severity: String?) -> Annotation? {
        guard let message = values["message"], !message.isEmpty else { return nil }
        let word = (values["severity"] ?? severity ?? "error").lowercased()
        let level: Annotation.Level =
            word.hasPrefix("warn") ? .warning : word == "notice" || word == "info" ? .notice : .error
        var annotation = Annotation(level, message)
        annotation.file = values["file"]
        annotation.line = values["line"].flatMap { Int($0) }
        annotation.column = values["column"].flatMap { Int($0) }
        annotation.title = values["code"]
        return annotation
    }
}
