import Core
import Foundation

/// Runs a command inside a container that runs: for probes and hooks.
struct ContainerExec {
    let engine: ContainerEngine
    let id: String
    let folder: ContainerFolder

    /// - Returns: how it ended; a command that cannot be found ends with 126 or 127, as in a shell.
    func run(_ command: [String], limit: Duration) async throws -> SystemCommand.Outcome {
        switch engine {
        case .containers(let runtime, _): try await exec(command, runtime, limit)
        case .processes: try await onHost(command, limit)
        }
    }

    private func exec(
        _ command: [String],
        _ runtime: RuntimeCommand,
        _ limit: Duration
    ) async throws -> SystemCommand.Outcome {
        var process = try JSON(parsing: Data(contentsOf: folder.bundle))["process"] ?? .object([:])
        process["args"] = .array(command.map(JSON.string))
        let file = folder.url.appending(path: "exec-\(UUID().uuidString).json")
        try process.data().write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        let arguments = runtime.arguments(["exec", "--process=\(file.path)", id])
        guard runtime.hidesUnifiedControlGroup else {
            return try await SystemCommand(runtime.executable, arguments, limit: limit).run()
        }
        let script = "umount \(RuntimeCommand.unifiedMountPoint) && exec \"$@\""
        return try await SystemCommand(
            "unshare",
            ["--mount", "sh", "-c", script, "sh", runtime.executable] + arguments,
            limit: limit
        ).run()
    }

    /// Beside the container's own process, with its environment and folder.
    private func onHost(_ command: [String], _ limit: Duration) async throws -> SystemCommand.Outcome {
        guard case .process(let launch) = try folder.readSpecification().launch else {
            throw SlipwayError(.external, "The container in \(folder.url.path) is no process")
        }
        var run = SystemCommand(command[0], Array(command.dropFirst()), limit: limit)
        run.environment = launch.environment
        run.workingDirectory = launch.workingDirectory
        return try await run.run()
    }
}
