import Core
import Foundation
import Synchronization

/// The process that owns the processes of one run's steps: `slipway step-supervisor`.
///
/// It reads their output, writes their logs and records their ends, so that nothing is lost when the engine is killed;
/// the next engine finds it by its socket in the run's folder. It ends when no engine is connected and no process runs.
package final class StepSupervisor: Sendable {
    private struct Name: Hashable {
        let job: String
        let key: PartKey
    }

    private struct State {
        var running: [Name: StopSignal] = [:]
        var engine: MessageSocket?
        var isConnected = false
    }

    private let masker: Masker
    private let key: RunKey
    private let socket: URL
    private let state = Mutex(State())

    private init(_ start: SupervisorStart) {
        masker = Masker(start.secrets.map { Secret($0) })
        key = RunKey(bytes: start.key)
        socket = Self.socket(of: URL(filePath: start.folder))
    }

    static func socket(of folder: URL) -> URL { folder.appending(path: "supervisor") }

    /// Serves one run; the start is read from standard input. Says `ready` on standard output when engines may connect.
    ///
    /// - Throws: `SlipwayError` (`.external`) where it cannot listen.
    package static func serve() async throws {
        // A signal for the engine's group, a closed terminal or a reader that is gone must not end it.
        for number in [SIGPIPE, SIGHUP, SIGINT, SIGTERM] { signal(number, SIG_IGN) }
        let input = FileHandle.standardInput.readDataToEndOfFile()
        let start = try JSONDecoder().decode(SupervisorStart.self, from: input)
        CrashPoint.supervise(start.engine)
        let supervisor = StepSupervisor(start)
        let listener = try MessageSocket.listen(at: supervisor.socket)
        try FileHandle.standardOutput.write(contentsOf: Data("ready\n".utf8))
        // Whoever waits for our output to end shall not wait for the steps.
        let null = open("/dev/null", O_RDWR)
        for descriptor: Int32 in 0...2 { dup2(null, descriptor) }
        close(null)
        await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
            Thread.detachNewThread {
                supervisor.accept(from: listener)
                continuation.resume()
            }
        }
    }

    /// Serves engines one after another until there is nothing left to do.
    private func accept(from listener: Int32) {
        while let engine = MessageSocket.accept(from: listener) {
            state.withLock { state in
                state.engine?.shutDown()
                state.engine = engine
                state.isConnected = true
            }
            Thread.detachNewThread { [self] in serve(engine) }
        }
    }

    private func serve(_ engine: MessageSocket) {
        while let order = engine.receive(SupervisorOrder.self) { carryOut(order, for: engine) }
        let isLast = state.withLock { state in
            guard state.engine === engine else { return false }
            state.engine = nil
            state.isConnected = false
            return state.running.isEmpty
        }
        if isLast { end() }
    }

    private func carryOut(_ order: SupervisorOrder, for engine: MessageSocket) {
        switch order {
        case .run(let process, let masks):
            masker.add(masks.map { Secret($0) })
            start(process)
        case .stop(let job, let key):
            state.withLock { $0.running[Name(job: job, key: key)] }?.stop(.cancelled)
        case .attach(let job, let key):
            let isRunning = state.withLock { $0.running[Name(job: job, key: key)] != nil }
            if !isRunning { try? engine.send(SupervisorReport.unknown(job: job, key)) }
        case .stopAll:
            for stop in state.withLock({ Array($0.running.values) }) { stop.stop(.cancelled) }
        }
    }

    private func start(_ process: StepProcess) {
        let name = Name(job: process.ledger, key: process.key)
        let stop = StopSignal()
        state.withLock { $0.running[name] = stop }
        Task { [self] in
            let outcome = await process.run(masker: masker, key: key, stop: stop)
            let (engine, isLast) = state.withLock { state in
                state.running[name] = nil
                return (state.engine, state.running.isEmpty && !state.isConnected)
            }
            try? engine?.send(SupervisorReport.ended(job: name.job, name.key, outcome))
            if isLast { end() }
        }
    }

    private func end() {
        unlink(socket.path)
        exit(0)
    }
}
