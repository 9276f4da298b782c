import AsyncHTTPClient
import Core
import Foundation

/// Brings the database up to date from addresses.
package enum AdvisoryUpdate {
    package enum Outcome: Sendable {
        case imported(AdvisoryImport.Result)
        /// The mirror has nothing new; the database counts as fresh again.
        case unchanged(AdvisoryDatabaseMetadata)
    }

    /// The addresses of a mirror's files: the address itself for a ZIP file, else one for each ecosystem.
    ///
    /// - Throws: `SlipwayError` where it is not clear what to fetch.
    package static func addresses(_ mirror: String, ecosystems: [String]) throws -> [URL] {
        guard let base = URL(string: mirror), base.host() != nil else {
            throw SlipwayError(.invalidInput, "\"\(mirror)\" is not an address")
        }
        if base.pathExtension == "zip" { return [base] }
        guard !ecosystems.isEmpty else {
            throw SlipwayError(
                .invalidInput,
                "Which ecosystems of \(mirror) are wanted?",
                next: "Name them: --ecosystem Debian --ecosystem SwiftURL; or give the address of a .zip file."
            )
        }
        return Set(ecosystems).sorted().map { base.appending(path: $0).appending(path: "all.zip") }
    }

    /// Fetches what has changed and imports all of it in one step.
    ///
    /// - Parameters:
    ///   - addresses: The ZIP files.
    ///   - directory: The database's folder, which keeps what was fetched.
    ///   - now: RFC 3339.
    /// - Returns: What became of it.
    /// - Throws: `SlipwayError`; the database stays as it was.
    package static func run(_ addresses: [URL], into directory: URL, now: String) async throws -> Outcome {
        let downloads = try addresses.map {
            try MirrorDownload($0, into: directory.appending(path: "downloads"))
        }
        var isNew = false
        for download in downloads where try await download.run() == .fetched { isNew = true }
        let source = addresses.map(\.absoluteString).joined(separator: " ")
        let current = try AdvisoryDatabase(directory: directory)
        if !isNew, let current, current.metadata.source == source {
            return .unchanged(try AdvisoryImport.confirm(in: directory, now: now))
        }
        return .imported(
            try AdvisoryImport.run(from: downloads.map(\.file), named: source, into: directory, now: now)
        )
    }
}
