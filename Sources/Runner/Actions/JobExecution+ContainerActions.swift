import Core
import Crypto
import Foundation
import OrderedCollections
import Workflows

/// Actions that run in a container of their own.
extension JobExecution {
    func runContainer(
        _ use: ActionUse,
        _ docker: ActionMetadata.DockerRuns,
        _ inputs: OrderedDictionary<String, String>,
        _ call: StepCall
    ) async throws -> StepResult {
        announce("Run \(use.name)", inputs.map { ($0.key, $0.value) }, call)
        if docker.preEntrypoint != nil, !use.isRemote {
            call.log.line("##[warning]`pre-entrypoint` is not supported for local action from '\(use.name)'")
        }
        registerPost(docker, use, inputs, call)
        let own = inputs.first { $0.key.lowercased() == "entrypoint" }?.value ?? ""
        return try await runContainerPart(
            docker,
            use,
            inputs,
            call,
            entrypoint: own.isEmpty ? docker.entrypoint : own,
            isMain: true
        )
    }

    func registerPost(
        _ docker: ActionMetadata.DockerRuns,
        _ use: ActionUse,
        _ inputs: OrderedDictionary<String, String>,
        _ call: StepCall
    ) {
        guard let entrypoint = docker.postEntrypoint else { return }
        push(docker.postCondition, call) { [self] log in
            let post = StepCall(
                step: call.step,
                scope: call.scope,
                context: call.context,
                environment: call.environment,
                log: log
            )
            do {
                return try await runContainerPart(docker, use, inputs, post, entrypoint: entrypoint)
            } catch {
                return failed(error, log)
            }
        }
    }

    /// `uses: docker://image`.
    func runImage(_ image: String, with: [(name: String, value: String)], _ call: StepCall) async throws
        -> StepResult
    {
        var inputs: OrderedDictionary<String, String> = [:]
        for (name, value) in with { inputs[name] = value }
        announce("Run docker://\(image)", with.map { ($0.name, $0.value) }, call)
        func input(_ name: String) -> String { inputs.first { $0.key.lowercased() == name }?.value ?? "" }
        let metadata = ActionParser.parse(
            "name: image\ndescription: image\nruns: {using: docker, image: Dockerfile}\n",
            path: "docker://\(image)"
        ).model
        guard let metadata else { throw StepFailure("docker://\(image) cannot be run") }
        let use = ActionUse(
            name: "docker://\(image)",
            folder: "",
            root: nil,
            repository: "",
            ref: "",
            metadata: metadata
        )
        return try await runContainerPart(
            image: image,
            arguments: CommandLineWords.split(input("args")),
            environment: [:],
            use,
            inputs,
            call,
            entrypoint: input("entrypoint")
        )
    }

    /// Runs one entry point of the action.
    func runContainerPart(
        _ docker: ActionMetadata.DockerRuns,
        _ use: ActionUse,
        _ inputs: OrderedDictionary<String, String>,
        _ call: StepCall,
        entrypoint: String?,
        isMain: Bool = false
    ) async throws -> StepResult {
        let image = try await image(of: docker, use, log: call.log)
        var context = call.context
        context["inputs"] = .object(inputs.map { ($0.key, .string($0.value)) })
        let given = inputs.first { $0.key.lowercased() == "args" }?.value ?? ""
        var arguments: [String] = []
        if isMain {
            arguments =
                given.isEmpty
                ? try docker.args.map { try $0.string(in: context) } : CommandLineWords.split(given)
        }
        let own = try docker.env?.evaluateStrings(in: context) ?? []
        return try await runContainerPart(
            image: image,
            arguments: arguments,
            environment: Dictionary(own.map { ($0.name, $0.value) }, uniquingKeysWith: { $1 }),
            use,
            inputs,
            call,
            entrypoint: entrypoint
        )
    }

    /// The image of the action: named, or built from its Dockerfile.
    private func image(of docker: ActionMetadata.DockerRuns, _ use: ActionUse, log: StepLog) async throws -> String {
        if docker.image.hasPrefix("docker://") { return String(docker.image.dropFirst("docker://".count)) }
        if let known = actions.images[use.folder] { return known }
        let engine = try containerEngine()
        let file = URL(filePath: "\(use.folder)/\(docker.image)").standardizedFileURL.path
        guard FileManager.default.fileExists(atPath: file) else {
            throw StepFailure("The action \(use.name) has no file \(docker.image)")
        }
        let digest = SHA256.hash(data: Data("\(containerPrefix)/\(use.folder)".utf8)).hexadecimal.prefix(24)
        let tag = "localhost/slipway-action:\(digest)"
        log.line("Building \(tag) from \(file)")
        let context = URL(filePath: file).deletingLastPathComponent().path
        let isolation = engine.isPodman && getuid() == 0 ? ["--isolation", "chroot"] : []
        let output = try await engine.require(["build", "-t", tag, "-f", file] + isolation + [context])
        for line in output.split(whereSeparator: \.isNewline) { log.line(String(line)) }
        actions.images[use.folder] = tag
        return tag
    }

    private func runContainerPart(
        image: String,
        arguments: [String],
        environment own: [String: String],
        _ use: ActionUse,
        _ inputs: OrderedDictionary<String, String>,
        _ call: StepCall,
        entrypoint: String?
    ) async throws -> StepResult {
        let engine = try containerEngine()
        try await engine.pull(image, username: nil, password: nil, scratch: folders.temp)
        let made = containers ?? JobContainers(engine: engine, folders: folders, prefix: containerPrefix)
        let name = "\(containerPrefix)_action_\(UUID().uuidString.lowercased().prefix(8))"
        let result = await runActionPart(use, inputs, call, log: call.log) { [self] environment, commands in
            let inner = Self.containerVariables(environment, host: run.host, adding: own)
            var client = engine.tools.environment
            var options =
                ["run", "--name", name, "--rm", "--workdir", "/github/workspace"] + engine.limits + made.mounts
            if containers != nil { options += ["--network", made.network] }
            for (name, value) in inner.sorted(by: { $0.key < $1.key }) {
                options += ["-e", name == "HOME" ? "HOME=\(value)" : name]
                if name != "HOME" { client[name] = value }
            }
            if let entrypoint, !entrypoint.isEmpty { options += ["--entrypoint", entrypoint] }
            return try await runProcess(
                engine.program,
                engine.options + options + [image] + arguments,
                environment: client,
                folder: "/",
                commands: commands,
                log: call.log,
                on: HostExecutor()
            )
        }
        // A client that was stopped leaves its container behind.
        if result.outcome != .success {
            var last = engine
            last.tools.stop = StopSignal()
            await last.remove(name)
        }
        return result
    }

    /// What a container action sees: nothing of the machine's own environment, and GitHub's paths.
    private static func containerVariables(
        _ environment: [String: String],
        host: HostEnvironment,
        adding own: [String: String]
    ) -> [String: String] {
        var result = environment.filter { name, value in host.variables[name] != value }
        for name in ["PATH", "SLIPWAY_DIR", "TMPDIR"] { result[name] = nil }
        let workspace = environment["GITHUB_WORKSPACE"] ?? ""
        let temp = environment["RUNNER_TEMP"] ?? ""
        let moved = [
            (workspace, "/github/workspace"), ("\(temp)/_runner_file_commands", "/github/file_commands"),
            ("\(temp)/event.json", "/github/workflow/event.json"),
        ]
        for (name, value) in result where name.hasPrefix("GITHUB_") {
            for (from, to) in moved where value == from || value.hasPrefix(from + "/") {
                result[name] = to + value.dropFirst(from.count)
            }
        }
        result["HOME"] = JobContainers.home
        result["CI"] = environment["CI"]
        return own.merging(result) { $1 }
    }
}
