import ArgumentParser
import Core
import Foundation
import Runner

/// `slipway plan`: says what would run, and why, and runs nothing.
struct PlanCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plan",
        abstract: "Show what an event would run, and why.",
        discussion: """
            Each job and step with its condition, the values put in, and the result as far as it can be known before the \
            run. Exits with 2 where something in the plan cannot be done here.
            """
    )

    @Argument(
        help: "A workflow file, its name with or without folder and ending, or the workflow's own name.",
        completion: .workflows
    )
    var workflow: String?

    @OptionGroup var options: EventOptions

    @Flag(help: "Print JSON.")
    var json = false

    func run() async throws {
        let runner = try await options.openRunner()
        let settings = try options.settings(ProcessInfo.processInfo.environment)
        try Self.show(try await runner.prepare(workflow: workflow, settings: settings), json: json)
    }

    /// Prints plans; throws the exit status for one that cannot be carried out.
    static func show(_ prepared: [WorkflowRunner.Prepared], json: Bool) throws {
        if json {
            print(JSON.array(prepared.map(PlanJSON.json)).text(pretty: true))
        } else {
            for workflow in prepared { print(PlanText.text(workflow, Terminal.style), terminator: "") }
        }
        let refusals = prepared.filter(\.isTriggered).flatMap(\.plan.refusals)
        if !refusals.isEmpty { throw ArgumentParser.ExitCode(Core.ExitCode.invalidInput.rawValue) }
    }
}
