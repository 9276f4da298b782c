import Core
import Foundation

extension ImageRecipe {
    /// Checks everything that can be checked without reading the files.
    ///
    /// - Throws: `SlipwayError` (`.invalidInput`) for the first thing that is wrong.
    func validate() throws {
        guard !executables.isEmpty || (foundation != .scratch && !resources.isEmpty) else {
            throw SlipwayError(
                .invalidInput,
                "An image needs at least one executable, or a base and at least one resource",
                next: "Name it: --executable PATH"
            )
        }
        let destinations =
            executables.map(\.destination) + resources.map(\.destination) + directories
            + generatedFiles.map(\.destination) + [workingDirectory ?? "/"]
        for destination in destinations {
            let components = destination.split(separator: "/")
            guard destination.hasPrefix("/"), !components.contains(".."), !destination.contains("\0") else {
                throw SlipwayError(
                    .invalidInput,
                    "\"\(destination)\" is not a place in an image",
                    why: "It must be an absolute path without \"..\"."
                )
            }
        }
        for file in executables.map(\.destination) + generatedFiles.map(\.destination) where ArchivePath(file).isRoot {
            throw SlipwayError(.invalidInput, "\"\(file)\" is a folder; a file needs a name of its own in the image")
        }
        try ports.forEach(Self.check(port:))
        for variable in environment {
            guard variable.wholeMatch(of: /[A-Za-z_][A-Za-z0-9_.]*=[^\0]*/.dotMatchesNewlines()) != nil else {
                throw SlipwayError(
                    .invalidInput,
                    "\"\(variable.prefix { $0 != "=" })\" is not an environment variable",
                    next: "Write it as NAME=value."
                )
            }
        }
        if let stopSignal { try Self.check(signal: stopSignal) }
        if let entrypoint, entrypoint.isEmpty || entrypoint[0].isEmpty {
            throw SlipwayError(.invalidInput, "An entry point needs a program")
        }
        if let healthCheck { try Self.check(healthCheck) }
        if let namedUser, foundation == .scratch || namedUser.wholeMatch(of: Self.userPattern) == nil {
            throw SlipwayError(
                .invalidInput,
                "\"\(namedUser)\" is not a user",
                next: "Write it as NAME, NAME:GROUP, UID or UID:GID."
            )
        }
    }

    private static func check(port: String) throws {
        let parts = port.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        let number = parts.first.flatMap { UInt16($0) }
        guard let number, number > 0, parts.count == 1 || ["tcp", "udp", "sctp"].contains(parts[1]) else {
            throw SlipwayError(
                .invalidInput,
                "\"\(port)\" is not a port",
                next: "Write it as 8000, 8000/tcp or 53/udp; numbers go from 1 to 65535."
            )
        }
    }

    private static var userPattern: Regex<Substring> {
        /[A-Za-z_][A-Za-z0-9_.-]*(?::[A-Za-z0-9_][A-Za-z0-9_.-]*)?/
    }

    private static func check(_ health: ImageConfig.HealthCheck) throws {
        let words = health.test.dropFirst()
        let isCommand = ["CMD", "CMD-SHELL"].contains(health.test.first) && words.contains { !$0.isEmpty }
        guard isCommand || health.test == ["NONE"] else {
            throw SlipwayError(.invalidInput, "A health check needs a command", next: "--health-cmd '/app/api --check'")
        }
        for time in [health.interval, health.timeout, health.startPeriod] where time != 0 && time < 1_000_000 {
            throw SlipwayError(.invalidInput, "Times of a health check are at least 1 ms, or 0 for the standard")
        }
        guard health.retries >= 0 else { throw SlipwayError(.invalidInput, "A health check's retries are 0 or more") }
    }

    private static let signals: Set<String> = [
        "SIGHUP", "SIGINT", "SIGQUIT", "SIGKILL", "SIGUSR1", "SIGUSR2", "SIGALRM", "SIGTERM", "SIGWINCH", "SIGPWR",
    ]

    private static func check(signal: String) throws {
        let isNumber = UInt8(signal).map { (1...64).contains($0) } ?? false
        guard isNumber || signals.contains(signal) || signal.wholeMatch(of: /SIGRTM(IN\+|AX-)[0-9]{1,2}/) != nil else {
            throw SlipwayError(
                .invalidInput,
                "\"\(signal)\" is not a stop signal",
                next: Suggestion.help(for: signal, in: signals)
            )
        }
    }

    /// Each once and sorted, as a configuration keeps them; `8000` is `8000/tcp`.
    var exposedPorts: [String] { Set(ports.map { $0.contains("/") ? $0 : "\($0)/tcp" }).sorted() }
}
