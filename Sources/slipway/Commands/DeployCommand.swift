import ArgumentParser
import Core
import Delivery
import Foundation

/// `slipway deploy`: takes one digest to one environment, or tells how the environment is.
struct DeployCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "deploy",
        abstract: "Release to an environment, verified and watched, or back to exactly what was there.",
        discussion: """
            slipway.yml says where each environment lives and how a release to it is verified. Without --tag and --image
            the environment's default tag is deployed: develop for staging, the highest version tag for production.

            Exit codes: 0 done; 1 the release failed and everything is as it was before; 2 wrong input; 3 cluster or
            registry trouble; 4 waiting (locked, or not approved); 5 going back failed, a person is needed now.
            """
    )

    @Option(
        help: ArgumentHelp("The environment of slipway.yml: staging, production.", valueName: "environment"),
        completion: .environments
    )
    var env: String

    @Option(help: "The tag to deploy, such as develop or v1.2.3; resolved to a digest once.")
    var tag: String?

    @Option(help: "The image to deploy: repository:tag or repository@sha256:…")
    var image: String?

    @Flag(help: "Show what runs, and change nothing.")
    var status = false

    @Flag(help: "Go back: undo a release that is not finished, else return to the last verified one before.")
    var rollback = false

    @Option(help: "With --rollback: the revision (3), release (release-7) or id to go back to (see slipway history).")
    var to: String?

    @Flag(help: "Show what would change, in order, as the server says; change nothing.")
    var dryRun = false

    @Flag(help: "Approve the release; recorded with your name.")
    var yes = false

    @Option(help: "How long the new version is watched instead of slipway.yml's window, such as 20s; 0: not at all.")
    var watch: String?

    @Option(help: "How long to wait for another release to this environment, such as 10m (default: not at all).")
    var wait: String?

    @Flag(help: "Take fields over that somebody else set (--dry-run names them).")
    var takeOver = false

    @Flag(help: "Print the release's record as JSON; progress goes to standard error.")
    var json = false

    func validate() throws {
        let modes = [("--status", status), ("--rollback", rollback), ("--dry-run", dryRun)].filter(\.1).map(\.0)
        if modes.count > 1 { throw ValidationError("\(modes.joined(separator: " and ")) cannot be given together.") }
        if tag != nil, image != nil { throw ValidationError("--tag and --image cannot be given together.") }
        if let mode = modes.first, mode != "--dry-run", tag != nil || image != nil {
            throw ValidationError("\(mode) takes neither --tag nor --image.")
        }
        if to != nil, !rollback { throw ValidationError("--to is for --rollback.") }
        try RollbackCommand.checkTarget(to)
        for (name, text) in [("--watch", watch), ("--wait", wait)] {
            if let text, DurationText.parse(text) == nil {
                throw ValidationError("\(name) needs a duration with a unit, such as 90s or 5m, not \"\(text)\".")
            }
        }
    }

    func run() async throws {
        let console = DeliveryConsole(isJSON: json)
        let service = try DeliveryService.inProject(environment: env, reporter: console.reporter)
        try await Interruption.handled(
            next: "Run the same command again to go on, or go back: slipway deploy --env \(env) --rollback"
        ) {
            if status {
                let status = try await service.status()
                console.show(StatusText(status).text, json: try StatusText(status).json())
            } else if dryRun {
                let (image, plan) = try await service.plan(try options(service, console))
                console.show(PlanText.page(environment: env, image: image, plan: plan), json: plan.json)
            } else if rollback {
                try console.finish(
                    try await service.rollBack(
                        to: to.flatMap(RollbackTarget.init),
                        options: try options(service, console)
                    ),
                    isAskedToGoBack: true
                )
            } else {
                try console.finish(try await service.deploy(try options(service, console)), isAskedToGoBack: false)
            }
        }
    }

    private func options(_ service: DeliveryService, _ console: DeliveryConsole) throws -> DeployOptions {
        var options = DeployOptions()
        if let tag { options.image = .tag(tag) }
        if let image { options.image = .image(image) }
        options.watch = watch.flatMap(DurationText.parse)
        options.wait = wait.flatMap(DurationText.parse) ?? 0
        options.takeOver = takeOver
        options.approval = try service.approval(yes: yes, prompt: console.prompt(environment: env))
        return options
    }
}
