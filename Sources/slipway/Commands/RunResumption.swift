import ArgumentParser
import Core
import Foundation
import Journal
import Runner

/// The options of `slipway run` that go on from an earlier run.
struct RunResumption: ParsableArguments {
    @Option(help: ArgumentHelp("Go on with a run whose engine was killed, at the step where it was.", valueName: "run"))
    var resume: String?

    @Flag(name: .customLong("repeat"), help: "With --resume: run steps again that were cut short, whatever they did.")
    var repeats = false

    @Option(help: ArgumentHelp("Run again what failed in an ended run, and all that needs it.", valueName: "run"))
    var rerunFailed: String?

    @Option(
        help: ArgumentHelp(
            "Begin in the middle of an ended run (--run), with the files before it.",
            valueName: "job/step"
        )
    )
    var from: String?

    @Option(name: .customLong("run"), help: ArgumentHelp("With --from: the run. Default: latest.", valueName: "run"))
    var source: String?

    var isWanted: Bool { resume != nil || rerunFailed != nil || from != nil }

    func validate() throws {
        let wanted = [resume, rerunFailed, from].compactMap(\.self).count
        if wanted > 1 { throw ValidationError("--resume, --rerun-failed and --from exclude each other.") }
        if repeats, resume == nil { throw ValidationError("--repeat goes with --resume.") }
        if source != nil, from == nil { throw ValidationError("--run goes with --from.") }
        if let from, !from.contains("/") { throw ValidationError("--from \(from): write it as JOB/STEP.") }
    }

    /// Does what is asked for.
    func perform(
        _ runner: WorkflowRunner,
        _ participants: RunParticipants,
        secrets: [String: Secret],
        logs: RunLogs,
        journal: Journal
    ) async throws -> RunRecord {
        if let resume {
            let repeats = repeats
            return try await runner.resume(try await logs.run(resume), participants: participants) { steps in
                if repeats { return true }
                return Self.confirm(steps)
            }
        }
        let point: RerunPoint
        if let from, let slash = from.lastIndex(of: "/") {
            point = .step(job: String(from[..<slash]), step: String(from[from.index(after: slash)...]))
        } else {
            point = .failed
        }
        let record = try await logs.run(rerunFailed ?? source ?? "latest")
        return try await runner.rerun(record, point, secrets: secrets, participants: participants)
    }

    /// Asks on the terminal; without one nobody agrees.
    private static func confirm(_ steps: [InterruptedStep]) -> Bool {
        guard isatty(STDIN_FILENO) == 1, isatty(STDERR_FILENO) == 1 else { return false }
        let names = steps.map { "  \($0.job)/\($0.step) \($0.name)\n" }.joined()
        let question = "These steps were cut short; what they did is not known:\n\(names)Run them again? [y/N] "
        FileHandle.standardError.write(Data(question.utf8))
        let answer = readLine() ?? ""
        return ["y", "yes"].contains(answer.trimmingCharacters(in: .whitespaces).lowercased())
    }
}
