import ArgumentParser
import Core
import Foundation
import Journal
import Runner

/// `slipway logs`: the stored logs of a run.
struct LogsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "logs", abstract: "Print the logs of a run.")

    @Argument(help: "An id, the end of one, or \"latest\".")
    var run = "latest"

    @Argument(help: "A job (key, id or name), or JOB/STEP (number, id or name).")
    var path: String?

    @Flag(help: "One JSON object a step, with its log as text.")
    var json = false

    func run() async throws {
        let state = StateDirectory.locate()
        let logs = RunLogs(journal: try Journal(at: state.journal), state: state)
        let record = try await logs.run(run)
        let parts = try await logs.parts(of: record, path: path)
        for part in parts {
            if json {
                let text = FileManager.default.contents(atPath: part.file.path).map {
                    String(decoding: $0, as: UTF8.self)
                }
                let value: JSON = [
                    "run": .string(record.id), "job": .string(part.job.key), "step": .int(Int64(part.step.number)),
                    "name": .string(part.step.name),
                    "conclusion": part.step.conclusion.map { .string($0.rawValue) } ?? .null,
                    "log": text.map(JSON.string) ?? .null,
                ]
                print(value.text())
            } else {
                print(Terminal.style.title("\(part.job.name) › \(part.step.number). \(part.step.name)"))
                try Self.copy(part.file)
            }
        }
    }

    /// Copies a log of any size to standard output.
    private static func copy(_ file: URL) throws {
        guard let input = try? FileHandle(forReadingFrom: file) else {
            print("(the log \(file.path) is gone)")
            return
        }
        defer { try? input.close() }
        while let chunk = try input.read(upToCount: 1 << 16), !chunk.isEmpty {
            try FileHandle.standardOutput.write(contentsOf: chunk)
        }
    }
}
