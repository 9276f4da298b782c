import ArgumentParser
import Runner

/// Owns the processes of a run's steps; started by the engine of the run, never by a person.
struct StepSupervisorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "step-supervisor",
        abstract: "Own the processes of a run.",
        shouldDisplay: false
    )

    func run() async throws { try await StepSupervisor.serve() }
}
