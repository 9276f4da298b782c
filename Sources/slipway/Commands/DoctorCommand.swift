import ArgumentParser
import Core
import Delivery

/// `slipway doctor`: everything that a release needs, examined; each trouble with what mends it.
struct DoctorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract:
            "Examine what releases need and what ails what runs: credentials, cluster, rights, image, pods, metrics.",
        discussion: "Changes nothing. Exit code 1 where there is a problem, 0 where there are at most warnings."
    )

    @Argument(help: "The environment of slipway.yml; all of them where none is given.", completion: .environments)
    var environment: String?

    @Flag(help: "Print as JSON.")
    var json = false

    func run() async throws {
        let console = DeliveryConsole(isJSON: json)
        let names = try environment.map { [$0] } ?? DeliveryService.projectFile().environments.map(\.name)
        var reports: [DoctorText] = []
        var hasProblem = false
        for name in names {
            let service = try DeliveryService.inProject(environment: name, reporter: SilentReporter())
            let findings = await service.examine()
            hasProblem = hasProblem || findings.contains { $0.verdict == .problem }
            reports.append(DoctorText(environment: name, findings: findings))
        }
        console.show(reports.map(\.text).joined(separator: "\n\n"), json: .array(reports.map(\.json)))
        if hasProblem { throw ArgumentParser.ExitCode(Core.ExitCode.failure.rawValue) }
    }
}

/// For what is shown as a whole at the end.
struct SilentReporter: ReleaseReporter {
    func report(_ event: ReleaseEvent) {}
}
