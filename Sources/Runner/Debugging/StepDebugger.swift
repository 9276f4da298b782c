import Core
import Foundation
import Journal

/// Opens a shell where a step began, or where it ended: `slipway debug`.
package struct StepDebugger: Sendable {
    package enum Side: String, Sendable { case before, after }

    private let journal: Journal
    private let state: StateDirectory

    package init(journal: Journal, state: StateDirectory) {
        self.journal = journal
        self.state = state
    }

    /// Sets the job's files to what they were, and runs an interactive shell with the step's environment on the terminal
    /// of this process, until the user leaves it.
    ///
    /// - Parameters:
    ///   - run: the run, which has ended or lost its engine.
    ///   - path: `JOB/STEP`.
    ///   - side: before or after the step.
    ///   - announce: told what the user may want to know before the shell opens.
    /// - Returns: the shell's exit status.
    /// - Throws: `SlipwayError` where the step did not run a process, or its files are not on record.
    package func open(_ run: RunRecord, path: String, side: Side, announce: ([String]) -> Void) async throws -> Int32 {
        let part = try await RunLogs(journal: journal, state: state).part(of: run, path: path)
        guard part.job.reusedFrom == nil else {
            throw SlipwayError(
                .invalidInput,
                "The job \(part.job.key) did not run in run \(run.id)",
                next: "Debug the run that it was taken from: slipway debug \(part.job.reusedFrom ?? "") \(path)"
            )
        }
        guard !RunFolder(run, in: state).isExecuted else {
            throw SlipwayError(
                .waiting,
                "Run \(run.id) is still being executed",
                next: "Cancel it: slipway cancel \(run.id)"
            )
        }
        let memory = try memory(of: part.job, run)
        let number = part.step.number
        let processes = memory.processes(ofStep: number)
        guard let process = side == .before ? processes.first : processes.last else {
            throw SlipwayError(
                .invalidInput,
                "The step \(part.job.key)/\(number) (\(part.step.name)) ran no process",
                why: part.step.message,
                next: "Choose a step with a script."
            )
        }
        guard let root = process.process.environment["RUNNER_WORKSPACE"] else {
            throw SlipwayError(.external, "The step's folder is not on record")
        }
        let folders = JobFolders(root: URL(filePath: root), logs: state.url, repositoryName: "", tools: state.url)
        guard let lock = try FileLock.attempt(URL(filePath: folders.lock)) else {
            throw SlipwayError(.waiting, "Another run uses \(root)", next: "Wait for it, or cancel it.")
        }
        defer { withExtendedLifetime(lock) {} }
        try WorkspaceStates(folders, run: run.id).restore(before: side == .before ? number : number + 1)
        var environment = process.process.environment
        if side == .after { apply(memory, number, to: &environment) }
        try prepareFiles(process, environment)
        let command = ([process.process.executable] + process.process.arguments).joined(separator: " ")
        announce([
            "\(side == .before ? "Before" : "After") \(part.job.name) › \(number). \(part.step.name) of run \(run.id)",
            "The step's command: \(command)", "Leave with exit or Ctrl-D.",
        ])
        return try runShell(process.process.workingDirectory, environment)
    }

    private func memory(of job: JobRecord, _ run: RunRecord) throws -> JobMemory {
        guard let key = RunKey.read(for: run.id, in: state) else {
            throw SlipwayError(
                .external,
                "The key of run \(run.id) is gone",
                why: "without it the step's environment cannot be read",
                next: "Run it anew: slipway run"
            )
        }
        let file = state.url.appending(path: job.directory).appending(path: "memory")
        return JobMemory(try StepLedger.read(file, key: key))
    }

    /// What the step did to the environment of the steps after it.
    private func apply(_ memory: JobMemory, _ step: Int, to environment: inout [String: String]) {
        for case .done(let key, let part) in memory.entries where key.step == step {
            for (name, value) in part.effects.environment { environment[name] = value }
            for path in part.effects.paths { environment["PATH"] = "\(path):\(environment["PATH"] ?? "")" }
        }
    }

    /// The script, and the files for commands, which do not outlive a step.
    private func prepareFiles(_ process: StartedProcess, _ environment: [String: String]) throws {
        var files = process.scripts
        for name in ["GITHUB_ENV", "GITHUB_OUTPUT", "GITHUB_PATH", "GITHUB_STATE", "GITHUB_STEP_SUMMARY"] {
            if let path = environment[name] { files[path] = files[path] ?? "" }
        }
        for (path, text) in files {
            let url = URL(filePath: path)
            try FileManager.default.createDirectory(
                at: url.deletingLastPathComponent(),
                withIntermediateDirectories: true
            )
            if !FileManager.default.fileExists(atPath: path) || !text.isEmpty { try Data(text.utf8).write(to: url) }
        }
    }

    private func runShell(_ folder: String, _ environment: [String: String]) throws -> Int32 {
        var environment = environment
        let terminal = ProcessInfo.processInfo.environment["TERM"]
        environment["TERM"] = environment["TERM"] ?? terminal
        let path = environment["PATH"] ?? "/usr/bin:/bin"
        let bash = Executables.find("bash", path: path)
        guard let shell = bash ?? Executables.find("sh", path: path) else {
            throw SlipwayError(.external, "There is no shell in \(path)")
        }
        // The prompt is set in a file, not in the environment, which is the step's.
        let settings = FileManager.default.temporaryDirectory.appending(path: "slipway-\(UUID().uuidString)")
        try Data("PS1='debug:\\w\\$ '\n".utf8).write(to: settings)
        defer { try? FileManager.default.removeItem(at: settings) }
        var spawn = Spawn(shell, bash == nil ? ["-i"] : ["--noprofile", "--rcfile", settings.path, "-i"])
        spawn.environment = environment
        spawn.workingDirectory = folder
        spawn.input = STDIN_FILENO
        spawn.output = STDOUT_FILENO
        spawn.error = STDERR_FILENO
        // Ctrl-C is the shell's; and taking the terminal back must not stop us.
        let old = [SIGINT, SIGQUIT, SIGTTOU, SIGTTIN].map { ($0, signal($0, SIG_IGN)) }
        defer { for (number, action) in old { signal(number, action) } }
        let pid = try spawn()
        var status: Int32 = 0
        while waitpid(pid, &status, 0) < 0, errno == EINTR {}
        if isatty(STDIN_FILENO) == 1 { tcsetpgrp(STDIN_FILENO, getpgrp()) }
        return status & 0x7F == 0 ? (status >> 8) & 0xFF : 128 + status & 0x7F
    }
}
