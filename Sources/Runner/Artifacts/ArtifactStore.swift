import Core
import Crypto
import Foundation

/// The artifacts of runs: a folder each under the run's own.
struct ArtifactStore: Sendable {
    struct Artifact: Sendable, Codable, Hashable {
        let id: Int
        let name: String
        /// SHA-256 over names and contents: the same files give the same digest.
        let digest: String
        let size: Int64
        let files: Int
        /// The job that uploaded it.
        let job: String
    }

    /// `runs/<id>/artifacts`.
    let folder: URL
    /// What must not be seen in names: an artifact is known, and found, by its masked name.
    var masker = Masker()

    /// The name as it is kept.
    func shown(_ name: String) -> String { masker.mask(name) }

    func content(of artifact: Artifact) -> URL { folder.appending(path: "\(artifact.id)/files") }

    /// The artifact as one archive, where somebody has asked for it.
    func archive(of artifact: Artifact) -> URL { folder.appending(path: "\(artifact.id)/archive.zip") }

    /// All artifacts, oldest first.
    func all() throws -> [Artifact] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        let found = try names.compactMap { name -> Artifact? in
            guard Int(name) != nil else { return nil }
            // Without its description an artifact is one whose upload is going on, or was cut short.
            guard let data = FileManager.default.contents(atPath: folder.appending(path: "\(name)/artifact.json").path)
            else { return nil }
            return try JSONDecoder().decode(Artifact.self, from: data)
        }
        return found.sorted { $0.id < $1.id }
    }

    func artifact(named name: String) throws -> Artifact? {
        let name = shown(name)
        return try all().last { $0.name == name }
    }

    func remove(_ artifact: Artifact) throws {
        // The description goes first: what is left after a crash is no artifact any more.
        try FileManager.default.removeItem(at: folder.appending(path: "\(artifact.id)/artifact.json"))
        try FolderCopy.remove(folder.appending(path: "\(artifact.id)").path)
    }

    /// Stores files, given by absolute path with the place of each in the artifact, under a name that the caller knows
    /// to be free.
    ///
    /// As in GitHub's archive, links are followed and permissions are lost. Throws `SlipwayError` (`.external`) where a
    /// file cannot be copied.
    func store(_ files: [(source: String, path: String)], name: String, job: String) throws -> Artifact {
        let id = try reserve()
        let target = folder.appending(path: "\(id)/files")
        do {
            var hash = SHA256()
            var size: Int64 = 0
            for (source, path) in files.sorted(by: { $0.path < $1.path }) {
                let place = target.appending(path: path)
                try FileManager.default.createDirectory(
                    at: place.deletingLastPathComponent(),
                    withIntermediateDirectories: true
                )
                let real = URL(filePath: source).resolvingSymlinksInPath()
                try FileManager.default.copyItem(at: real, to: place)
                chmod(place.path, 0o644)
                size += FolderCopy.size(of: place.path)
                hash.update(data: Data("\(path)\0\(try FileDigest.sha256(of: place.path).hexadecimal)\n".utf8))
            }
            let artifact = Artifact(
                id: id,
                name: shown(name),
                digest: hash.finalize().hexadecimal,
                size: size,
                files: files.count,
                job: job
            )
            try publish(artifact)
            return artifact
        } catch let error as CocoaError {
            try? FolderCopy.remove(folder.appending(path: "\(id)").path)
            throw SlipwayError(.external, "Cannot store the artifact \(name)", why: error.localizedDescription)
        }
    }

    /// Takes over an artifact of another run.
    func adopt(_ artifact: Artifact, from other: ArtifactStore, tools: ToolRunner) async throws {
        let id = try reserve()
        let target = folder.appending(path: "\(id)/files").path
        try await FolderCopy(tools: tools).copy(other.content(of: artifact).path, to: target)
        try publish(
            Artifact(
                id: id,
                name: artifact.name,
                digest: artifact.digest,
                size: artifact.size,
                files: artifact.files,
                job: artifact.job
            )
        )
    }

    private func publish(_ artifact: Artifact) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let description = folder.appending(path: "\(artifact.id)/artifact.json")
        try encoder.encode(artifact).write(to: description, options: .atomic)
    }

    /// A new id: making its folder is what takes it, so that jobs at the same time get different ones.
    private func reserve() throws -> Int {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        var id = (names.compactMap { Int($0) }.max() ?? 0) + 1
        while mkdir(folder.appending(path: "\(id)").path, 0o755) != 0 {
            guard errno == EEXIST else {
                throw SlipwayError(
                    .external,
                    "Cannot make a folder in \(folder.path)",
                    why: String(cString: strerror(errno))
                )
            }
            id += 1
        }
        return id
    }
}

/// What GitHub accepts as the name of an artifact, and of files in it.
enum ArtifactNames {
    private static let forbidden: [Character: String] = [
        "\"": "Double quote \"", ":": "Colon :", "<": "Less than <", ">": "Greater than >", "|": "Vertical bar |",
        "*": "Asterisk *", "?": "Question mark ?", "\r": "Carriage return \\r", "\n": "Line feed \\n",
    ]
    private static let forbiddenInNames: [Character: String] = ["\\": "Backslash \\", "/": "Forward slash /"]

    /// - Throws: `StepFailure`, in the action's own words.
    static func check(name: String) throws(StepFailure) {
        guard !name.isEmpty else { throw StepFailure("Provided artifact name input during validation is empty") }
        let all = forbidden.merging(forbiddenInNames) { first, _ in first }
        for character in name {
            if let word = all[character] {
                throw StepFailure("The artifact name is not valid: \(name). Contains the following character: \(word)")
            }
        }
    }

    static func check(path: String) throws(StepFailure) {
        for character in path {
            if let word = forbidden[character] {
                throw StepFailure(
                    "The path for one of the files in artifact is not valid: \(path). Contains the following character: \(word)"
                )
            }
        }
    }
}
