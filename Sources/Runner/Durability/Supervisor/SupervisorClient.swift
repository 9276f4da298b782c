import Core
import Foundation
import Synchronization

/// An engine's line to the supervisor of its run, which is started with the first process.
final class SupervisorClient: ProcessHost {
    private struct Name: Hashable {
        let job: String
        let key: PartKey
    }

    private struct State {
        var socket: MessageSocket?
        var waiting: [Name: CheckedContinuation<Answer, Never>] = [:]
        /// How many of the masker's values the supervisor knows.
        var knownMasks = 0
    }

    private enum Answer: Sendable {
        case ended(ProcessOutcome)
        case unknown
        case gone
    }

    private let executable: String
    private let folder: URL
    private let key: RunKey
    private let masker: Masker
    private let state = Mutex(State())

    /// - Parameters:
    ///   - executable: the `slipway` that is started as the supervisor.
    ///   - folder: the run's.
    ///   - key: what the run's records are sealed with.
    ///   - masker: what must not be seen in logs.
    init(executable: String, folder: URL, key: RunKey, masker: Masker) {
        self.executable = executable
        self.folder = folder
        self.key = key
        self.masker = masker
    }

    deinit { state.withLock { $0.socket }?.shutDown() }

    /// Connects to the supervisor that an earlier engine of the run started; false where none lives.
    func reconnect() throws -> Bool {
        guard let socket = try MessageSocket.connect(to: StepSupervisor.socket(of: folder)) else { return false }
        state.withLock { $0.socket = socket }
        listen(socket)
        return true
    }

    func run(_ process: StepProcess, masker: Masker, stop: StopSignal) async throws -> ProcessOutcome {
        let (socket, masks) = try connected()
        let answer = await ask(process.key, process.ledger, stop: stop, socket) {
            try socket.send(SupervisorOrder.run(process, masks: masks))
        }
        if case .ended(let outcome) = answer { return outcome }
        throw SlipwayError(
            .external,
            "The supervisor of the run's processes is gone",
            why: "it was killed, or could not start the process",
            next: "Go on with the run: slipway run --resume \(folder.lastPathComponent)"
        )
    }

    func adopt(_ key: PartKey, ledger: String, stop: StopSignal) async throws -> ProcessOutcome? {
        guard let socket = state.withLock({ $0.socket }) else { return nil }
        let answer = await ask(key, ledger, stop: stop, socket) {
            try socket.send(SupervisorOrder.attach(job: ledger, key))
        }
        if case .ended(let outcome) = answer { return outcome }
        return nil
    }

    private func ask(
        _ key: PartKey,
        _ job: String,
        stop: StopSignal,
        _ socket: MessageSocket,
        _ order: () throws -> Void
    ) async -> Answer {
        let name = Name(job: job, key: key)
        return await withTaskGroup(of: Void.self) { group in
            group.addTask {
                await stop.wait()
                if stop.isStopped { try? socket.send(SupervisorOrder.stop(job: job, key)) }
            }
            defer { group.cancelAll() }
            return await withCheckedContinuation { continuation in
                let isOpen = state.withLock { state in
                    guard state.socket != nil else { return false }
                    state.waiting[name] = continuation
                    return true
                }
                guard isOpen else { return continuation.resume(returning: .gone) }
                do {
                    try order()
                } catch {
                    answer(name, .gone)
                }
            }
        }
    }

    private func answer(_ name: Name, _ answer: Answer) {
        state.withLock { $0.waiting.removeValue(forKey: name) }?.resume(returning: answer)
    }

    private func connected() throws -> (socket: MessageSocket, newMasks: [String]) {
        try state.withLock { state in
            let values = masker.values
            if let socket = state.socket {
                let new = Array(values.dropFirst(state.knownMasks))
                state.knownMasks = values.count
                return (socket, new)
            }
            let socket = try start(secrets: values)
            state.socket = socket
            state.knownMasks = values.count
            listen(socket)
            return (socket, [])
        }
    }

    private func listen(_ socket: MessageSocket) {
        Thread.detachNewThread { [weak self] in
            while let report = socket.receive(SupervisorReport.self) {
                switch report {
                case .ended(let job, let key, let outcome): self?.answer(Name(job: job, key: key), .ended(outcome))
                case .unknown(let job, let key): self?.answer(Name(job: job, key: key), .unknown)
                }
            }
            self?.lost(socket)
        }
    }

    private func lost(_ socket: MessageSocket) {
        let waiting = state.withLock { state in
            guard state.socket === socket else { return [CheckedContinuation<Answer, Never>]() }
            state.socket = nil
            defer { state.waiting = [:] }
            return Array(state.waiting.values)
        }
        for continuation in waiting { continuation.resume(returning: .gone) }
    }

    /// What a supervisor needs of our environment; each process is told its own.
    private static let inherited = CrashPoint.variables.union(["PATH", "HOME", "TMPDIR", "LD_LIBRARY_PATH"])

    /// Starts a supervisor in a session of its own and connects to it.
    private func start(secrets: [String]) throws -> MessageSocket {
        let input = Pipe()
        let output = Pipe()
        for handle in [
            input.fileHandleForReading, input.fileHandleForWriting, output.fileHandleForReading,
            output.fileHandleForWriting,
        ] { _ = fcntl(handle.fileDescriptor, F_SETFD, FD_CLOEXEC) }
        var spawn = Spawn(executable, ["step-supervisor"])
        spawn.environment = spawn.environment.filter { Self.inherited.contains($0.key) }
        spawn.workingDirectory = folder.path
        spawn.input = input.fileHandleForReading.fileDescriptor
        spawn.output = output.fileHandleForWriting.fileDescriptor
        spawn.error = output.fileHandleForWriting.fileDescriptor
        spawn.newSession = true
        let pid = try spawn()
        try output.fileHandleForWriting.close()
        let start = SupervisorStart(folder: folder.path, key: key.bytes, secrets: secrets, engine: getpid())
        try input.fileHandleForWriting.write(contentsOf: JSONEncoder().encode(start))
        try input.fileHandleForWriting.close()
        let words = try output.fileHandleForReading.read(upToCount: 6) ?? Data()
        Self.reap(pid)
        guard words == Data("ready\n".utf8) else {
            let rest = try output.fileHandleForReading.readToEnd() ?? Data()
            throw Self.failure(String(decoding: words + rest, as: UTF8.self))
        }
        guard let socket = try MessageSocket.connect(to: StepSupervisor.socket(of: folder)) else {
            throw Self.failure("it does not answer")
        }
        return socket
    }

    /// Takes notice of its end in the background, so that it is no zombie while the engine lives.
    private static func reap(_ pid: pid_t) {
        Thread.detachNewThread {
            var status: Int32 = 0
            while waitpid(pid, &status, 0) < 0, errno == EINTR {}
        }
    }

    private static func failure(_ why: String) -> SlipwayError {
        SlipwayError(.external, "Cannot start the supervisor of the run's processes", why: why)
    }
}
