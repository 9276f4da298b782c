import ArgumentParser
import Core
import Delivery
import Foundation
import Journal

/// `slipway incident`: harm that no rollback tells of.
struct IncidentCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "incident",
        abstract: "Record incidents, which change failure rate and time to restore count.",
        subcommands: [Open.self, Close.self, List.self]
    )

    struct Open: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Record that something is wrong in an environment.")

        @Argument(help: "The environment of slipway.yml.", completion: .environments)
        var environment: String

        @Option(help: "What is wrong, in a line.")
        var reason: String

        @Option(help: "The Deployment it is about; without it, the one released last before.")
        var service: String?

        @Option(help: "The id of the release that led to it; without it, the one that was running.")
        var deployment: String?

        @Option(help: "When it began: a length back (20m) or a moment (2026-09-01T08:00:00Z); without it, now.")
        var since: String?

        func run() async throws {
            let journal = try Journal(at: StateDirectory.locate().journal)
            if let deployment, try await journal.deployment(id: deployment)?.environment != environment {
                throw SlipwayError(
                    .invalidInput,
                    "There is no release \(deployment) to \(environment) in the journal",
                    next: "slipway history \(environment) --json shows the ids of releases."
                )
            }
            let incident = IncidentRecord(
                id: Identifier.make(at: Date()),
                environment: environment,
                service: service,
                deploymentId: deployment,
                reason: reason,
                openedBy: NSUserName(),
                openedAt: try moment(since, option: "--since")
            )
            try await journal.open(incident)
            print("Incident \(incident.id) is open. When it is over: slipway incident close \(incident.id)")
        }
    }

    struct Close: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Record that an incident is over.")

        @Argument(help: "The incident's id, or the end of one.")
        var incident: String

        @Option(help: "When everything was good again: a length back (20m) or a moment; without it, now.")
        var at: String?

        func run() async throws {
            let journal = try Journal(at: StateDirectory.locate().journal)
            let closed = try await journal.closeIncident(incident, at: try moment(at, option: "--at"))
            let lasted = closed.closedAt.map { DurationText.format($0.timeIntervalSince(closed.openedAt)) } ?? ""
            print("Incident \(closed.id) lasted \(lasted).")
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List incidents, the newest first.")

        @Argument(help: "Only this environment.")
        var environment: String?

        func run() async throws {
            let incidents = try await Journal(at: StateDirectory.locate().journal).incidents(environment: environment)
            if incidents.isEmpty { print("No incidents are recorded.") }
            for incident in incidents {
                let end = incident.closedAt.map { "to \($0.formatted(.iso8601))" } ?? "open"
                let place = [incident.environment, incident.service].compactMap(\.self).joined(separator: "/")
                print("\(incident.id)  \(incident.openedAt.formatted(.iso8601)) \(end)  \(place)  \(incident.reason)")
            }
        }
    }
}

/// The moment an option names; now where it is not given.
private func moment(_ text: String?, option: String) throws -> Date {
    let now = Date()
    guard let text else { return now }
    guard let date = PeriodText.start(text, now: now) else {
        throw SlipwayError(
            .invalidInput,
            "\(option) \(text) is no past moment",
            next: "Give a length back such as 20m, or a moment such as 2026-09-01T08:00:00Z."
        )
    }
    return date
}
