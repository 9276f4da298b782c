import Core
import Foundation

/// The times that an image carries.
package struct BuildStamp: Sendable, Hashable {
    /// When the image counts as made, in seconds since 1970.
    package var created: Int64
    /// The time of files that come from the system and not from the commit. With the commit's time on them every commit
    /// would make new layers of the same libraries, to be pushed, pulled and unpacked again.
    package var systemFiles: Int64

    package init(created: Int64, systemFiles: Int64) {
        self.created = created
        self.systemFiles = systemFiles
    }

    /// `SOURCE_DATE_EPOCH` for everything where it is set; else the commit's time for what belongs to the commit, and
    /// 1970 for the rest. Never the clock: equal input gives equal images.
    package init(environment: [String: String], revision: SourceRevision?) throws {
        guard let text = environment["SOURCE_DATE_EPOCH"], !text.isEmpty else {
            self.init(created: revision?.time ?? 0, systemFiles: 0)
            return
        }
        guard let seconds = Int64(text), (0...253_402_300_799).contains(seconds) else {
            throw SlipwayError(
                .invalidInput,
                "SOURCE_DATE_EPOCH is \"\(text)\"",
                why: "It must be a number of seconds since 1970.",
                next: "Set it to the commit's time: export SOURCE_DATE_EPOCH=$(git log -1 --format=%ct)"
            )
        }
        self.init(created: seconds, systemFiles: seconds)
    }

    /// RFC 3339, in UTC.
    package var text: String { Date(timeIntervalSince1970: Double(created)).formatted(.iso8601) }
}
