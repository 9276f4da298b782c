import Core
import Foundation

/// How a run was started: everything that another engine must know to go on with it.
struct RunStart: Sendable, Codable {
    let file: String
    let event: String
    let ref: String
    let sha: String
    /// The event's payload as JSON.
    let payload: String
    let inputs: [String: String]
    let jobs: [String]
    let skipsUnsupported: Bool
    let reusesResults: Bool
    /// Nil in what an earlier version wrote.
    let givesFreshHomes: Bool?
    let variables: [String: String]
    let tree: String
    let isDirty: Bool
    /// Where objects of the tree are that the repository does not have.
    let objects: String?
    let secretNames: [String]
    let cacheLimit: Int64
}

/// The sealed files of a run: how it was started, for as long as the run is kept, and its secrets, until it has ended.
struct RunVault: Sendable {
    let key: RunKey
    let folder: URL

    private var start: URL { folder.appending(path: "start") }
    private var secrets: URL { folder.appending(path: "secrets") }

    /// Seals both.
    ///
    /// - Throws: `SlipwayError` (`.external`) where they cannot be written.
    func write(_ start: RunStart, secrets values: [String: Secret]) throws {
        try write(start, to: self.start)
        try write(values.mapValues { $0.reveal() }, to: secrets)
    }

    private func write(_ value: some Encodable, to file: URL) throws {
        do {
            try key.seal(JSONEncoder().encode(value)).write(to: file, options: .atomic)
        } catch let error as CocoaError {
            throw SlipwayError(.external, "Cannot write \(file.path)", why: error.localizedDescription)
        }
    }

    /// - Throws: `SlipwayError` (`.external`) where it is gone or damaged.
    func readStart() throws -> RunStart { try read(RunStart.self, start) }

    /// The run's secrets; nil where it has ended, and they were deleted.
    func readSecrets() throws -> [String: Secret]? {
        guard FileManager.default.fileExists(atPath: secrets.path) else { return nil }
        return try read([String: String].self, secrets).mapValues { Secret($0) }
    }

    func deleteSecrets() { try? FileManager.default.removeItem(at: secrets) }

    private func read<Value: Decodable>(_ type: Value.Type, _ file: URL) throws -> Value {
        do {
            return try JSONDecoder().decode(type, from: key.open(Data(contentsOf: file)))
        } catch {
            throw SlipwayError(
                .external,
                "Cannot read how the run was started",
                why: "\(file.path) is missing or damaged",
                next: "Start a new run: slipway run"
            )
        }
    }
}
