import Core
import Foundation

/// What the user asks of a run.
package struct RunSettings: Sendable {
    /// Nil: what the workflow is triggered by, `push` first.
    package var event: String?
    /// A full ref, or a short name of a branch or tag; nil: the current branch.
    package var ref: String?
    /// The commit to run for, whatever the ref points to.
    package var commit: String?
    /// A payload as JSON, whose members win over what is made up.
    package var payload: String?
    package var inputs: [String: String] = [:]
    /// Only these jobs, and what they need; empty: all.
    package var jobs: [String] = []
    /// Run the commit alone, without local changes.
    package var isCommittedOnly = false
    /// Skip jobs for other systems instead of refusing the run.
    package var skipsUnsupported = false
    /// Answer jobs that have not changed from the journal.
    package var reusesResults = false
    /// Give each job an empty home folder instead of the user's.
    package var givesFreshHomes = false
    package var secrets: [String: Secret] = [:]
    package var variables: [String: String] = [:]
    /// Bytes that caches may take in all.
    package var cacheLimit: Int64 = CacheStore.defaultLimit

    /// The source that an earlier engine of the run has fixed.
    var source: SourceSnapshot?

    package init() {}
}

/// Reads `--secret`, `--var`, `--input` and files of them.
package enum SettingsText {
    /// `NAME=value`, or `NAME` alone for the value of the environment variable of that name.
    ///
    /// - Throws: `SlipwayError` (`.invalidInput`) for a malformed name or a variable that is not set.
    package static func pair(_ text: String, option: String, environment: [String: String]) throws -> (
        name: String, value: String
    ) {
        let name = String(text.prefix { $0 != "=" })
        try check(name: name, option: option)
        if name.count < text.count { return (name, String(text.dropFirst(name.count + 1))) }
        guard let value = environment[name] else {
            throw SlipwayError(
                .invalidInput,
                "\(option) \(name): the environment variable \(name) is not set",
                next: "Set it, or leave the option out."
            )
        }
        return (name, value)
    }

    /// A file of `NAME=value` lines and `NAME<<DELIMITER` blocks, with `#` comments.
    package static func file(_ path: String, option: String) throws -> [String: String] {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw SlipwayError(.invalidInput, "\(option): cannot read \(path)")
        }
        let lines = String(decoding: data, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
        let text = lines.map { $0.drop { $0 == " " }.hasPrefix("#") ? "" : $0 }.joined(separator: "\n")
        do {
            var result: [String: String] = [:]
            for pair in try EnvironmentFile.parse(text) {
                try check(name: pair.name, option: option)
                result[pair.name] = pair.value
            }
            return result
        } catch let error as EnvironmentFile.Mistake {
            // The line itself may be a secret: it is not repeated.
            let kind = error.description.prefix { $0 != "'" }
            throw SlipwayError(.invalidInput, "\(option): \(path) is malformed", why: "\(kind)")
        }
    }

    private static func check(name: String, option: String) throws {
        guard name.wholeMatch(of: /[A-Za-z_][A-Za-z0-9_]*/) != nil else {
            throw SlipwayError(
                .invalidInput,
                "\(option): \"\(name)\" is not a valid name",
                why: "Names have letters, digits and underscores, and do not begin with a digit"
            )
        }
    }
}
