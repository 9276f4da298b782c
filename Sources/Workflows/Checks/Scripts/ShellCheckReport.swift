package import Core
internal import Foundation

/// What `shellcheck --format=json1` says of several scripts.
package enum ShellCheckReport {
    /// Findings that come only of what stands for `${{ }}`, or of files that are not there.
    package static let excludedCodes = ["SC1091", "SC2043", "SC2050", "SC2153", "SC2154", "SC2157", "SC2193", "SC2194"]

    private struct Report: Decodable {
        let comments: [Comment]
    }

    private struct Comment: Decodable {
        let file: String
        let line: Int
        let column: Int
        let level: String
        let code: Int
        let message: String
    }

    /// The findings in the workflow's own places.
    ///
    /// `scripts` gives the script by the file's name as shellcheck was told it.
    ///
    /// - Throws: `SlipwayError` (`.external`) where the text is no such report.
    package static func diagnostics(_ json: String, scripts: [String: ShellScript]) throws -> [Diagnostic] {
        let report: Report
        do {
            report = try JSONDecoder().decode(Report.self, from: Data(json.utf8))
        } catch {
            throw SlipwayError(.external, "shellcheck gave no report", why: "\(error)")
        }
        return report.comments.compactMap { comment in
            guard let script = scripts[comment.file] else { return nil }
            let severity: Diagnostic.Severity
            switch comment.level {
            case "error": severity = .error
            case "warning": severity = .warning
            default: severity = .note
            }
            return Diagnostic(
                severity,
                rule: "shellcheck",
                "SC\(comment.code): \(comment.message)",
                at: script.location(line: comment.line, column: comment.column)
            )
        }
    }
}
