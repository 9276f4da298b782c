import Core
import Crypto
import Foundation
import Images
import Kubernetes

/// One back-up, as `slipway backups` lists it.
package struct Backup: Sendable, Hashable, Codable {
    package var id: String
    package var environment: String
    package var namespace: String
    package var deployment: String
    /// The release before whose first change it was made.
    package var release: Int
    /// The image that ran.
    package var image: String?
    package var madeAt: Date
    package var expiresAt: Date
    package var objects: [ObjectReference]
    /// Bytes of the service's own data; nil: there is none here.
    package var dataSize: Int?
    package var isSealed: Bool
    /// SHA-256 of each file as it is stored.
    package var digests: [String: String]
}

/// The folder with an environment's back-ups: a folder for each, complete once it has its final name.
package struct BackupStore: Sendable {
    static let manifests = "manifests.json"
    static let data = "data"
    private static let about = "backup.json"

    package let folder: URL

    package init(folder: URL) { self.folder = folder }

    /// Newest first; a folder that is no back-up is not listed.
    package func list() throws -> [Backup] {
        guard FileManager.default.fileExists(atPath: folder.path) else { return [] }
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
        return names.compactMap { name in
            guard let data = FileManager.default.contents(atPath: folder.appending(path: "\(name)/\(Self.about)").path)
            else { return nil }
            return try? PayloadCodec.decoder.decode(Backup.self, from: data)
        }.sorted { ($0.madeAt, $0.id) > ($1.madeAt, $1.id) }
    }

    func file(_ name: String, of backup: Backup) -> URL { folder.appending(path: "\(backup.id)/\(name)") }

    /// Writes a back-up: into a folder of another name first, so that none is ever half there.
    func save(
        _ backup: Backup,
        manifests: [KubernetesObject],
        data: URL?,
        key: SymmetricKey?
    ) throws -> Backup {
        let manager = FileManager.default
        let draft = folder.appending(path: ".draft-\(backup.id)", directoryHint: .isDirectory)
        let privateFolder: [FileAttributeKey: Any] = [.posixPermissions: 0o700]
        try manager.createDirectory(at: draft, withIntermediateDirectories: true, attributes: privateFolder)
        do {
            var saved = backup
            saved.isSealed = key != nil
            let plain = draft.appending(path: "plain")
            let handle = try PrivateOutput.open(plain)
            try handle.write(contentsOf: JSON.array(manifests.map(\.json)).data())
            try handle.close()
            var sources = [(Self.manifests, plain)]
            if let data {
                saved.dataSize = try manager.attributesOfItem(atPath: data.path)[.size] as? Int
                sources.append((Self.data, data))
            }
            for (name, source) in sources {
                let target = draft.appending(path: name)
                if let key {
                    try SealedFile.seal(source, into: target, key: key)
                    try manager.removeItem(at: source)
                } else {
                    try manager.moveItem(at: source, to: target)
                    try manager.setAttributes([.posixPermissions: 0o600], ofItemAtPath: target.path)
                }
                saved.digests[name] = try Self.digest(of: target)
            }
            try PayloadCodec.encoder.encode(saved).write(to: draft.appending(path: Self.about))
            try manager.moveItem(at: draft, to: folder.appending(path: backup.id, directoryHint: .isDirectory))
            return saved
        } catch {
            try? manager.removeItem(at: draft)
            throw error
        }
    }

    /// A file of a back-up in the clear, for as long as `body` runs.
    ///
    /// - Throws: `SlipwayError` where it is damaged, or the key is not there.
    func withFile<Value>(
        _ name: String,
        of backup: Backup,
        key: SymmetricKey?,
        _ body: (URL) async throws -> Value
    ) async throws -> Value {
        let stored = file(name, of: backup)
        guard try Self.digest(of: stored) == backup.digests[name] else {
            throw SlipwayError(.external, "\(name) of back-up \(backup.id) does not have the digest that was recorded")
        }
        guard backup.isSealed else { return try await body(stored) }
        guard let key else {
            throw SlipwayError(
                .invalidInput,
                "The back-up \(backup.id) is sealed, and no key is configured",
                next: "Name the variable with its key in slipway.yml: backup: {key-env: NAME}"
            )
        }
        let open = folder.appending(path: ".open-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: open) }
        try SealedFile.open(stored, into: open, key: key)
        return try await body(open)
    }

    func manifests(of backup: Backup, key: SymmetricKey?) async throws -> [KubernetesObject] {
        try await withFile(Self.manifests, of: backup, key: key) { url in
            (try JSON(parsing: Data(contentsOf: url)).array ?? []).map(KubernetesObject.init)
        }
    }

    /// Removes what is past its time, and what a killed process left half done an hour ago.
    ///
    /// - Returns: What was removed.
    @discardableResult
    package func prune(at now: Date) throws -> [Backup] {
        let manager = FileManager.default
        guard manager.fileExists(atPath: folder.path) else { return [] }
        let expired = try list().filter { $0.expiresAt <= now }
        for backup in expired { try manager.removeItem(at: folder.appending(path: backup.id)) }
        for name in try manager.contentsOfDirectory(atPath: folder.path)
        where name.hasPrefix(".draft-") || name.hasPrefix(".open-") {
            let url = folder.appending(path: name)
            let changed = try manager.attributesOfItem(atPath: url.path)[.modificationDate] as? Date
            if let changed, now.timeIntervalSince(changed) > 3600 { try manager.removeItem(at: url) }
        }
        return expired
    }

    private static func digest(of url: URL) throws -> String {
        let file = try FileHandle(forReadingFrom: url)
        defer { try? file.close() }
        var hash = SHA256()
        while let piece = try file.read(upToCount: 1 << 20), !piece.isEmpty { hash.update(data: piece) }
        return hash.finalize().map { String(format: "%02x", $0) }.joined()
    }
}
