import Core
import Foundation

/// One process of a step, with everything that is needed to run it away from the engine: its output becomes the step's
/// log, its commands are carried out, and its end is recorded in the job's ledger.
struct StepProcess: Sendable, Codable {
    let key: PartKey
    let process: ProcessRequest
    /// The step's log, appended to.
    let log: String
    /// The job's ledger.
    let ledger: String
    let workspace: String
    let matchers: ProblemMatcherSet
    let allowsUnsecureCommands: Bool
    let showsDebug: Bool

    /// Runs the process to its end. What goes wrong is part of the outcome.
    func run(masker: Masker, key sealing: RunKey, stop: StopSignal) async -> ProcessOutcome {
        var outcome = ProcessOutcome(effects: StepEffects(), matchers: matchers, logLength: 0)
        do {
            let ledger = try StepLedger(appendingTo: URL(filePath: ledger), key: sealing)
            let log = try StepLog(at: URL(filePath: log), masker: masker, step: key.step, mode: .append) { _ in }
            outcome.logLength = log.length
            try ledger.append(
                .started(
                    StartedProcess(
                        key: key,
                        process: process,
                        scripts: scripts,
                        logLength: log.length,
                        at: Date(),
                        bootId: BootId.current
                    )
                )
            )
            // The disk takes its time; the process does not wait for it.
            LedgerFlusher.flush(ledger)
            let commands = CommandProcessor(
                log: log,
                workspace: workspace,
                matchers: matchers,
                allowsUnsecureCommands: allowsUnsecureCommands,
                showsDebug: showsDebug
            )
            let reader = StepOutputReader(log: log, commands: commands)
            do {
                outcome.end = try await ProcessRunner.run(process, stop: stop) { reader.receive($0) }
            } catch {
                outcome.failure = StepFailure.message(of: error)
            }
            reader.finish()
            outcome.logFailure = log.finish()
            outcome.logLength = log.length
            outcome.effects = commands.effects
            outcome.matchers = commands.matchers
            try ledger.append(.ended(key, outcome))
        } catch {
            outcome.failure = outcome.failure ?? StepFailure.message(of: error)
        }
        return outcome
    }

    /// Longer scripts are not kept.
    private static let maximumScript = 1 << 20

    /// What stands in `RUNNER_TEMP` only for this process.
    private var scripts: [String: String] {
        guard let temp = process.environment["RUNNER_TEMP"] else { return [:] }
        let named = process.arguments.filter { $0.hasPrefix(temp + "/") }
        return named.reduce(into: [:]) { result, path in
            guard let data = FileManager.default.contents(atPath: path), data.count <= Self.maximumScript else {
                return
            }
            result[path] = String(decoding: data, as: UTF8.self)
        }
    }
}
