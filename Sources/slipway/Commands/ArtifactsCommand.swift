import ArgumentParser
import Core
import Foundation
import Journal
import Runner

/// `slipway artifacts`: what a run uploaded.
struct ArtifactsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "artifacts",
        abstract: "List the artifacts of a run, or copy their files."
    )

    @Argument(help: "A run: an id, a number, the beginning or end of an id, or \"latest\".", completion: .runs)
    var run = "latest"

    @Argument(help: "Only the artifact of this name.")
    var name: String?

    @Option(
        help: "Copy the files into this folder; without NAME into a folder for each artifact.",
        completion: .directory
    )
    var extract: String?

    @Flag(help: "JSON.")
    var json = false

    func run() async throws {
        let state = StateDirectory.locate()
        let record = try await RunLogs(journal: try Journal(at: state.journal), state: state).run(run)
        let artifacts = try RunArtifacts(record, in: state)
        let items = try name.map { [try artifacts.item(named: $0, run: record)] } ?? artifacts.items
        var written: [String: [String]] = [:]
        if let extract {
            let target = URL(filePath: extract, directoryHint: .isDirectory)
            for item in items {
                let folder = name == nil ? target.appending(path: item.name) : target
                written[item.name] = try RunArtifacts.extract(item, to: folder)
            }
        }
        if json { return print(Self.json(items, written).text(pretty: true)) }
        if items.isEmpty { print("Run \(record.id) has no artifacts.") }
        for item in items {
            let size = ByteCountFormatStyle(style: .file).format(item.size)
            let files = item.files == 1 ? "1 file" : "\(item.files) files"
            print("\(item.name)  \(files)  \(size)  from \(item.job)  sha256:\(item.digest.prefix(12))")
            if let names = written[item.name] { print("  copied \(names.count) to \(extract ?? "")") }
        }
    }

    private static func json(_ items: [RunArtifacts.Item], _ written: [String: [String]]) -> JSON {
        .array(
            items.map { item in
                var value: JSON = [
                    "name": .string(item.name), "job": .string(item.job), "files": .int(Int64(item.files)),
                    "size": .int(item.size), "digest": .string("sha256:\(item.digest)"),
                    "path": .string(item.folder.path),
                ]
                if let names = written[item.name] { value["extracted"] = .array(names.map(JSON.string)) }
                return value
            }
        )
    }
}
