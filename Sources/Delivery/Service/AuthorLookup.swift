import Core
import Foundation

extension ReleaseAuthor {
    /// Who runs this process: for records, the Lease and messages.
    package static func current(variables: [String: String]) -> ReleaseAuthor {
        let process = ProcessInfo.processInfo
        // In a run the actor is who started the run; the system's user is the runner's.
        let names = [variables["GITHUB_ACTOR"], variables["USER"], variables["LOGNAME"], process.userName]
        return ReleaseAuthor(
            user: names.lazy.compactMap { $0 }.first { !$0.isEmpty } ?? "unknown",
            host: process.hostName,
            process: Int(process.processIdentifier),
            run: variables["GITHUB_RUN_ID"].flatMap { $0.isEmpty ? nil : $0 }
        )
    }
}

extension ReleaseApproval {
    /// The approval that a run hands to its steps (`SLIPWAY_APPROVAL`); nil where there is none for this environment.
    ///
    /// - Throws: `SlipwayError` (`.invalidInput`) where the variable is set and cannot be read: an approval that nobody
    ///   understands must not be taken for none, nor for one.
    package static func fromRun(_ variables: [String: String], environment: String) throws -> ReleaseApproval? {
        guard let text = variables["SLIPWAY_APPROVAL"], !text.isEmpty else { return nil }
        guard let json = try? JSON(parsing: text), let by = json["by"]?.string, !by.isEmpty,
            let place = json["environment"]?.string, let at = json["at"]?.string.flatMap(date),
            let via = json["via"]?.string
        else {
            throw SlipwayError(
                .invalidInput,
                "SLIPWAY_APPROVAL is set and cannot be read",
                why: "it must be JSON with environment, by, at (RFC 3339) and via"
            )
        }
        guard place == environment else { return nil }
        return ReleaseApproval(by: by, at: at, via: via, plan: json["plan"]?.string)
    }

    private static func date(_ text: String) -> Date? {
        (try? Date(text, strategy: .iso8601))
            ?? (try? Date(text, strategy: Date.ISO8601FormatStyle(includingFractionalSeconds: true)))
    }
}
