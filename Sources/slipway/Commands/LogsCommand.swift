import ArgumentParser
import Core
import Foundation
import Journal
import Runner

/// `slipway logs`: the stored logs of a run.
struct LogsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "logs", abstract: "Print the logs of a run.")

    @Argument(help: "A run: an id, a number, the beginning or end of an id, or \"latest\".", completion: .runs)
    var run = "latest"

    @Argument(help: "A job (key, id or name), or JOB/STEP (number, id or name).")
    var path: String?

    @Flag(name: .shortAndLong, help: "Go on as the logs grow, until the run has ended.")
    var follow = false

    @Flag(help: "One JSON object a step with its log as text; with --follow, one for each piece of it.")
    var json = false

    func run() async throws {
        let state = StateDirectory.locate()
        let journal = try Journal(at: state.journal)
        let logs = RunLogs(journal: journal, state: state)
        let record = try await logs.run(run)
        if follow { return try await follow(record, journal, state) }
        for part in try await logs.parts(of: record, path: path) {
            if json {
                let text = FileManager.default.contents(atPath: part.file.path).map {
                    String(decoding: $0, as: UTF8.self)
                }
                print(Self.json(part, text).text())
            } else {
                print(Self.heading(part))
                try Self.copy(part.file)
            }
        }
    }

    private func follow(_ record: RunRecord, _ journal: Journal, _ state: StateDirectory) async throws {
        var current: RunLogs.Part?
        let follower = LogFollower(journal: journal, state: state)
        let ended = try await follower.follow(record.id, path: path) { part in
            current = part
            if !json { try Self.write(Data((Self.heading(part) + "\n").utf8)) }
        } sink: { piece in
            if json, let current {
                try Self.write(Data((Self.json(current, String(decoding: piece, as: UTF8.self)).text() + "\n").utf8))
            } else {
                try Self.write(piece)
            }
        }
        if ended.isAbandoned(in: state) {
            let note = "Run \(ended.id) has no engine any more. Go on with it: slipway run --resume \(ended.id)\n"
            FileHandle.standardError.write(Data(note.utf8))
        }
    }

    private static func heading(_ part: RunLogs.Part) -> String {
        Terminal.style.title("\(part.job.name) › \(part.step.number). \(part.step.name)")
    }

    private static func json(_ part: RunLogs.Part, _ text: String?) -> JSON {
        [
            "run": .string(part.step.runId), "job": .string(part.job.key), "step": .int(Int64(part.step.number)),
            "name": .string(part.step.name),
            "conclusion": part.step.conclusion.map { .string($0.rawValue) } ?? .null,
            "log": text.map(JSON.string) ?? .null,
        ]
    }

    private static func write(_ data: Data) throws { try FileHandle.standardOutput.write(contentsOf: data) }

    /// Copies a log of any size to standard output.
    private static func copy(_ file: URL) throws {
        guard let reader = try? LogReader(file) else { return print("(the log \(file.path) is gone)") }
        try reader.copy(to: write)
    }
}
