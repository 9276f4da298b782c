import ArgumentParser
import Core
import Delivery
import Foundation
import Images

/// How an image starts.
struct ImageStartOptions: ParsableArguments {
    @Option(
        help: """
            Who the program runs as: 1000, 1000:1000, app or app:1000:1000 (default nonroot:65532:65532, or the base's); \
            on a base also a name that the base knows.
            """
    )
    var user: String?

    @Option(help: "A port the program listens on: 8000 or 53/udp. May be repeated.")
    var port: [String] = []

    @Option(help: "An environment variable, NAME=value. May be repeated.")
    var env: [String] = []

    @Option(
        parsing: .unconditionalSingleValue,
        help: "A word of the entry point, or all words as a JSON list (default: the first executable). May be repeated."
    )
    var entrypoint: [String] = []

    @Option(
        parsing: .unconditionalSingleValue,
        help: "A default argument, or all of them as a JSON list. May be repeated."
    )
    var cmd: [String] = []

    @Option(help: "The signal that asks the program to stop, such as SIGINT (default SIGTERM).")
    var stopSignal: String?

    @Option(help: "The folder the program starts in (default /, or the base's).")
    var workdir: String?

    @Option(help: "A command that says whether the program is well: a JSON list, a shell line on a base, or none.")
    var healthCmd: String?

    @Option(help: "Time between two health checks, such as 30s.")
    var healthInterval: String?

    @Option(help: "Time that a health check may take.")
    var healthTimeout: String?

    @Option(help: "Time after the start in which failed health checks do not count.")
    var healthStartPeriod: String?

    @Option(help: "How many failed health checks in a row make a container unhealthy.")
    var healthRetries: Int?

    var isGiven: Bool {
        user != nil || !port.isEmpty || !env.isEmpty || !entrypoint.isEmpty || !cmd.isEmpty || stopSignal != nil
            || workdir != nil || healthCmd != nil
    }

    func validate() throws {
        let isTimed = healthInterval != nil || healthTimeout != nil || healthStartPeriod != nil || healthRetries != nil
        if healthCmd == nil, isTimed { throw ValidationError("Times of a health check need --health-cmd.") }
    }

    func fill(_ recipe: inout ImageRecipe) throws {
        if let user {
            let isNumeric = user.first?.isNumber ?? false
            if recipe.foundation == .scratch || isNumeric || user.split(separator: ":").count == 3 {
                recipe.user = try ImageUser(parsing: user)
            } else {
                recipe.namedUser = user
            }
        }
        recipe.ports = port
        recipe.environment = env
        recipe.entrypoint = entrypoint.isEmpty ? nil : try Self.words(entrypoint)
        recipe.command = try Self.words(cmd)
        recipe.stopSignal = stopSignal
        recipe.workingDirectory = workdir
        recipe.healthCheck = try healthCheck(hasShell: recipe.foundation != .scratch)
    }

    private func healthCheck(hasShell: Bool) throws -> ImageConfig.HealthCheck? {
        guard let healthCmd else { return nil }
        if healthCmd == "none" { return ImageConfig.HealthCheck(test: ["NONE"]) }
        let words = try Self.words([healthCmd])
        let isList = healthCmd.hasPrefix("[")
        guard isList || hasShell else {
            throw SlipwayError(
                .invalidInput,
                "A health check's shell line needs a shell, and an image without a base has none",
                next: #"Give a JSON list: --health-cmd '["/app/api", "--check"]'"#
            )
        }
        return ImageConfig.HealthCheck(
            test: isList ? ["CMD"] + words : ["CMD-SHELL", healthCmd],
            interval: try Self.nanoseconds(healthInterval),
            timeout: try Self.nanoseconds(healthTimeout),
            startPeriod: try Self.nanoseconds(healthStartPeriod),
            retries: Int64(healthRetries ?? 0)
        )
    }

    private static func nanoseconds(_ text: String?) throws -> Int64 {
        guard let text else { return 0 }
        guard let seconds = DurationText.parse(text) else {
            throw SlipwayError(.invalidInput, "\"\(text)\" is not a time", next: "Write it as 30s or 1m30s.")
        }
        return Int64(seconds * 1_000_000_000)
    }

    private static func words(_ values: [String]) throws -> [String] {
        guard values.count == 1, let only = values.first, only.hasPrefix("["),
            let list = try? JSON(parsing: only).array
        else { return values }
        return try list.map { word in
            guard let text = word.string else {
                throw SlipwayError(.invalidInput, "\(only) is not a list of strings")
            }
            return text
        }
    }
}
