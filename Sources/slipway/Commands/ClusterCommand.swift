import ArgumentParser
import Core
import Foundation
import LocalCluster
import Logging

/// `slipway cluster`: a Kubernetes for this machine.
struct ClusterCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cluster",
        abstract: "Run a local cluster that speaks the Kubernetes API.",
        subcommands: [
            ClusterDownCommand.self,
            ClusterServeCommand.self,
            ClusterStatusCommand.self,
            ClusterUpCommand.self,
        ]
    )

    /// The cluster of the project, or of `SLIPWAY_DIR`.
    static func directory() -> ClusterDirectory { ClusterDirectory(StateDirectory.locate().cluster) }

    static func control() -> ClusterControl {
        ClusterControl(directory: directory()) { await PodRuntime.tearDown(stateDirectory: $0) }
    }
}

/// `slipway cluster up`: starts the server in the background and waits until it is ready.
struct ClusterUpCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "up",
        abstract: "Start the local cluster, unless it runs already."
    )

    /// What the server needs to find programs and files; nothing else of this shell stays in a process that lives on.
    private static let inherited = ["HOME", "LANG", "LC_ALL", "LOGNAME", "PATH", "TMPDIR", "USER"]

    func run() async throws {
        var environment = ProcessInfo.processInfo.environment.filter { Self.inherited.contains($0.key) }
        let state = StateDirectory.locate().url.standardizedFileURL
        environment["SLIPWAY_DIR"] = state.path
        let start = try await ClusterCommand.control().up(
            executable: PodRuntime.Configuration.ownExecutable,
            arguments: ["cluster", "serve"],
            environment: environment
        )
        print(start.isNew ? "The local cluster is up." : "The local cluster was up already.")
        print(try await ClusterStatus.read(ClusterCommand.directory()).text(), terminator: "")
    }
}

/// `slipway cluster down`: stops the server and all pods.
struct ClusterDownCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "down",
        abstract: "Stop the local cluster and its pods. Its objects stay."
    )

    @Flag(help: "Also remove all objects, volumes, logs and the kubeconfig.")
    var purge = false

    func run() async throws {
        switch try await ClusterCommand.control().down(purge: purge) {
        case .stopped: print("The local cluster is down.")
        case .wasNotRunning: print("The local cluster was not running.")
        }
        if purge { print("Everything of it is removed.") }
    }
}

/// `slipway cluster status`: what runs, and where.
struct ClusterStatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Show the local cluster: addresses, pods, services. Exits 1 when it does not run."
    )

    @Flag(help: "Print JSON.")
    var json = false

    func run() async throws {
        let status = try await ClusterStatus.read(ClusterCommand.directory())
        if json { print(status.json.text(pretty: true)) } else { print(status.text(), terminator: "") }
        if !status.isRunning { throw ArgumentParser.ExitCode(Core.ExitCode.failure.rawValue) }
    }
}

/// `slipway cluster serve`: the server itself; `up` starts it.
struct ClusterServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Be the local cluster's server, in the foreground.",
        shouldDisplay: false
    )

    func run() async throws {
        // A client that goes away while it is written to is no reason to end.
        signal(SIGPIPE, SIG_IGN)
        let state = StateDirectory.locate()
        let logger = Logger(label: "slipway.cluster") { StreamLogHandler.standardError(label: $0) }
        let directory = ClusterCommand.directory()
        let server = ClusterServer(directory: directory, logger: logger) { store in
            PodRuntime(store: store, images: state.images, stateDirectory: directory.url, logger: logger)
        }
        try await server.run()
    }
}
