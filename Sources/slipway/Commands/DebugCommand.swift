import ArgumentParser
import Core
import Foundation
import Journal
import Runner

/// `slipway debug`: a shell where a step began or ended.
struct DebugCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "debug",
        abstract: "Open a shell in exactly a step's environment, with the files as they were.",
        discussion: """
            The job's folder is set back to what it was before (or after) the step, and the shell has the step's \
            variables, secrets included. The files are on record for the last run of each job.
            """
    )

    @Argument(help: "A run: an id, a number, the beginning or end of an id, or \"latest\".", completion: .runs)
    var run: String

    @Argument(help: "JOB/STEP: a job by key, id or name; a step by number, id or name.")
    var step: String

    @Flag(help: "Before the step (the default), or after it.")
    var side = Side.before

    enum Side: String, EnumerableFlag { case before, after }

    func run() async throws {
        let state = StateDirectory.locate()
        let journal = try Journal(at: state.journal)
        let record = try await RunLogs(journal: journal, state: state).run(run)
        let debugger = StepDebugger(journal: journal, state: state)
        let status = try await debugger.open(record, path: step, side: side == .before ? .before : .after) { lines in
            FileHandle.standardError.write(Data((lines.joined(separator: "\n") + "\n").utf8))
        }
        if status != 0 { throw ArgumentParser.ExitCode(status) }
    }
}
