import Foundation

/// The names of the artifacts that a job uploaded, beside its logs: whoever takes over its result must find them all.
enum UploadedArtifacts {
    private static func file(_ logs: URL) -> URL { logs.appending(path: "artifacts.json") }

    /// Records them; a job without any has no file.
    static func record(_ store: ArtifactStore, job: String, logs: URL) throws {
        let names = try store.all().filter { $0.job == job }.map(\.name)
        if !names.isEmpty { try JSONEncoder().encode(names.sorted()).write(to: file(logs), options: .atomic) }
    }

    static func names(in logs: URL) -> Set<String> {
        guard let data = FileManager.default.contents(atPath: file(logs).path) else { return [] }
        return Set((try? JSONDecoder().decode([String].self, from: data)) ?? [])
    }
}
