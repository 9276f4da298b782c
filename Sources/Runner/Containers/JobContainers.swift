import Core
import Foundation
import Workflows

/// The container of a job and its services, on a network of their own.
struct JobContainers: Sendable {
    /// `HOME` in containers.
    static let home = "/github/home"
    /// Where containers find the machine's node.
    static let externals = "/__e"

    struct Started: Sendable {
        let id: String
        /// Container port to port of this machine.
        let ports: [(String, String)]
    }

    let engine: ContainerEngine
    let folders: JobFolders
    /// Names all that is made for the job.
    let prefix: String
    private(set) var services: [(name: String, started: Started)] = []
    private(set) var job: Started?
    private(set) var names: [String] = []
    private var hasNetwork = false

    init(engine: ContainerEngine, folders: JobFolders, prefix: String) {
        self.engine = engine
        self.folders = folders
        self.prefix = prefix
    }

    var network: String { "\(prefix)_network" }

    /// Options that give a container the job's folders: under their own paths, and under those that GitHub uses.
    var mounts: [String] {
        let home = "\(folders.temp)/_github_home"
        let workflow = "\(folders.temp)/_github_workflow"
        for folder in [home, workflow] {
            try? FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        }
        try? FileManager.default.removeItem(atPath: "\(workflow)/event.json")
        try? FileManager.default.copyItem(atPath: folders.event, toPath: "\(workflow)/event.json")
        let pairs = [
            (folders.root.path, folders.root.path), (folders.tools.path, folders.tools.path),
            (folders.workspace, "/github/workspace"), (home, Self.home), (workflow, "/github/workflow"),
            (folders.fileCommands, "/github/file_commands"),
        ]
        return pairs.flatMap { ["-v", "\($0.0):\($0.1)"] }
    }

    // MARK: - Starting

    mutating func makeNetwork() async throws {
        try await engine.require(["network", "create", network])
        hasNetwork = true
    }

    /// Makes and starts a container.
    mutating func start(
        _ container: Container,
        name: String,
        alias: String?,
        extra: [String],
        command: [String]
    ) async throws -> Started {
        let options = CommandLineWords.split(container.options)
        for option in options {
            let key = option.prefix { $0 != "=" }
            guard !["--network", "--net"].contains(key) else {
                throw StepFailure("The option \(key) of a container is not supported: the network is the job's own")
            }
        }
        try await engine.pull(
            container.image,
            username: container.username,
            password: container.password.map { Secret($0) },
            scratch: folders.temp
        )
        let full = "\(prefix)_\(RunLayout.slug(name))"
        var tools = engine.tools
        var arguments = ["create", "--name", full, "--network", network] + engine.limits
        if let alias { arguments += ["--network-alias", alias] }
        for port in container.ports { arguments += ["-p", port] }
        for (name, value) in container.env {
            arguments += ["-e", name]
            tools.environment[name] = value
        }
        for name in ["GITHUB_ACTIONS", "CI"] where !container.env.contains(where: { $0.name == name }) {
            arguments += ["-e", "\(name)=true"]
        }
        for volume in container.volumes { arguments += ["-v", volume] }
        arguments += extra + options
        if let entrypoint = container.entrypoint, !entrypoint.isEmpty { arguments += ["--entrypoint", entrypoint] }
        arguments.append(container.image)
        if let own = container.command, !own.isEmpty { arguments += CommandLineWords.split(own) }
        arguments += command
        var engine = engine
        engine.tools = tools
        names.append(full)
        try await engine.require(arguments)
        try await engine.require(["start", full])
        return Started(id: try await engine.inspect(full, "{{.Id}}"), ports: try await ports(of: full))
    }

    private func ports(of name: String) async throws -> [(String, String)] {
        let output = try await engine.run(["port", name])
        return output.text.split(whereSeparator: \.isNewline).compactMap { line in
            guard let match = line.firstMatch(of: /^(\d+)\/\w+ -> .*:(\d+)$/) else { return nil }
            return (String(match.1), String(match.2))
        }
    }

    mutating func add(service name: String, _ started: Started) { services.append((name, started)) }
    mutating func set(job started: Started) { job = started }

    // MARK: - Health

    /// Waits until a container that has a health check is healthy.
    ///
    /// - Throws: `StepFailure` where it is found unhealthy, or has ended.
    func waitUntilHealthy(_ name: String, stop: StopSignal, notice: (String) -> Void) async throws {
        let full = "\(prefix)_\(RunLayout.slug(name))"
        let check = try await engine.inspect(full, "{{if .Config.Healthcheck}}{{json .Config.Healthcheck}}{{end}}")
        guard let json = check.isEmpty ? nil : try? JSON(parsing: check) else { return }
        let interval = max(0.2, (json["Interval"]?.double ?? 30e9) / 1e9)
        while !stop.isStopped {
            // Without systemd podman does not check by itself.
            if engine.isPodman { _ = try await engine.run(["healthcheck", "run", full]) }
            let state = try await engine.inspect(full, "{{.State.Status}} {{.State.Health.Status}}")
            let parts = state.split(separator: " ").map(String.init)
            if parts.last == "healthy" { return }
            if parts.last == "unhealthy" || parts.first == "exited" {
                let logs = try await engine.run(["logs", "--tail", "50", full]).text
                throw StepFailure("Failed to initialize container \(name): it is \(state)\n\(logs)")
            }
            notice("\(name) service is \(parts.last ?? "starting"), waiting \(interval) seconds before checking again.")
            try await Task.sleep(for: .seconds(engine.isPodman ? interval : min(interval, 2)))
        }
        throw CancellationError()
    }

    // MARK: - Ending

    /// Removes everything, and says what the services wrote.
    func remove(log: (String) -> Void) async {
        var engine = engine
        // What was made must go, also where the job was stopped.
        engine.tools.stop = StopSignal()
        for name in names.reversed() {
            if let logs = try? await engine.run(["logs", "--tail", "200", name]), !logs.text.isEmpty, job == nil {
                log("##[group]Logs of \(name)")
                for line in logs.text.split(whereSeparator: \.isNewline) { log(String(line)) }
                log("##[endgroup]")
            }
            await engine.remove(name)
        }
        if hasNetwork { _ = try? await engine.run(["network", "rm", network]) }
    }

    // MARK: - Context

    /// `job.container` and `job.services`.
    func adding(to context: ExpressionValue) -> ExpressionValue {
        var members: [(String, ExpressionValue)] = []
        if case .object(let object) = context { members = object.entries.map { ($0.key, $0.value) } }
        if let job {
            members.append(("container", .object([("id", .string(job.id)), ("network", .string(network))])))
        }
        let services = services.map { name, started -> (String, ExpressionValue) in
            let ports = started.ports.map { ($0.0, ExpressionValue.string($0.1)) }
            return (
                name,
                .object([
                    ("id", .string(started.id)), ("network", .string(network)), ("ports", .object(ports)),
                ])
            )
        }
        members.append(("services", .object(services)))
        return .object(members)
    }
}
