import Core
import Foundation
import Workflows

/// `container` and `services` of a job.
extension JobExecution {
    /// Starts what the job wants; what goes wrong fails the job.
    func startContainers() async {
        guard request.body.container != nil || request.body.services != nil else { return }
        noteStop()
        await recorded("Initialize containers", id: nil) { log in
            do {
                try await startContainers(log)
                return StepResult(.success)
            } catch {
                return isStopped ? StepResult(.cancelled) : failed(error, log)
            }
        }
    }

    private func startContainers(_ log: StepLog) async throws {
        var context = evaluationContext(in: StepScope(), stepName: "", environment: environment)
        context["secrets"] = request.secrets
        let services = try request.body.services?.evaluate(in: context) ?? []
        let wanted = try request.body.container?.evaluate(in: context)
        guard wanted != nil || !services.isEmpty else { return }
        var made = try JobContainers(engine: containerEngine(), folders: folders, prefix: containerPrefix)
        defer { containers = made }
        try await made.makeNetwork()
        for (name, container) in services {
            log.line("Starting \(name) service container from \(container.image)")
            made.add(
                service: name,
                try await made.start(container, name: name, alias: name, extra: [], command: [])
            )
        }
        if let wanted { try await startJob(wanted, &made, log) }
        for (name, _) in services {
            try await made.waitUntilHealthy(name, stop: request.stop) { log.line($0) }
            log.line("\(name) service is running.")
        }
    }

    private func startJob(_ wanted: Container, _ made: inout JobContainers, _ log: StepLog) async throws {
        log.line("Starting job container from \(wanted.image)")
        guard !CommandLineWords.split(wanted.options).contains(where: { $0.hasPrefix("--entrypoint") }) else {
            throw StepFailure("The option --entrypoint of a job's container is not supported")
        }
        let externals = run.layout.state.url.appending(path: "containers/node").path
        let node = try await NodeClosure.command(in: externals, tools: made.engine.tools)
        var extra = made.mounts + ["--workdir", folders.workspace, "--entrypoint", "tail"]
        extra += ["-v", "\(folders.workspace):/__w/\(folders.repositoryName)/\(folders.repositoryName)"]
        if !node.isEmpty { extra += ["-v", "\(externals):\(JobContainers.externals):ro"] }
        let started = try await made.start(
            wanted,
            name: "job",
            alias: nil,
            extra: extra,
            command: ["-f", "/dev/null"]
        )
        made.set(job: started)
        let variables = try await made.engine.inspect(started.id, "{{range .Config.Env}}{{println .}}{{end}}")
        let path = variables.split(whereSeparator: \.isNewline).first { $0.hasPrefix("PATH=") }?.dropFirst(5)
        executor = ContainerExecutor(
            engine: made.engine,
            container: started.id,
            path: path.map(String.init) ?? "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
            nodeCommand: node
        )
    }

    func stopContainers() async {
        guard let made = containers else { return }
        await recorded("Stop containers", id: nil) { log in
            await made.remove { log.line($0) }
            return StepResult(.success)
        }
        containers = nil
        executor = HostExecutor()
    }

    /// - Throws: `StepFailure` where the machine has none.
    func containerEngine() throws -> ContainerEngine {
        try ContainerEngine.open(run.host, state: run.layout.state, stop: request.stop)
    }

    /// Unlike any other job's on the machine.
    var containerPrefix: String {
        let run = RunSignature.of(run: run.record.id, in: run.layout.state)
        return "\(run)_\(RunLayout.slug(record.key).prefix(40))"
    }
}
