import Core
import Foundation

extension AdvisoryDatabaseMetadata {
    /// Whole days since the data was fetched: since the import, or, for a folder, since its newest record changed.
    package func age(at now: Date) -> Int? {
        guard let text = imported ?? newest, let date = Self.date(text) else { return nil }
        return max(0, Int(now.timeIntervalSince(date) / 86_400))
    }

    /// RFC 3339 with or without fractions of a second.
    private static func date(_ text: String) -> Date? {
        let whole = text.replacing(/\.[0-9]+/, with: "")
        return try? Date(whole, strategy: .iso8601)
    }
}

extension AdvisoryDatabase {
    /// Opens a plain folder (or ZIP file) of OSV records by importing it to a temporary place, which goes at once: the
    /// open files stay until the database is closed.
    package static func temporary(from source: URL) throws -> AdvisoryDatabase {
        guard FileManager.default.fileExists(atPath: source.path) else {
            throw SlipwayError(.invalidInput, "There is no advisory database in \(source.path)")
        }
        let scratch = FileManager.default.temporaryDirectory.appending(path: "slipway-osv-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: scratch) }
        _ = try AdvisoryImport.run(from: [source], into: scratch, now: nil)
        guard let database = try AdvisoryDatabase(directory: scratch) else {
            throw SlipwayError(.external, "The advisory database could not be read")
        }
        return database
    }
}
