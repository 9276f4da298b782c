import Core
import Foundation
import Subprocess
import SystemPackage

/// Runs one program in a session of its own, so that all it starts can be stopped with it.
enum ProcessRunner {
    /// Runs a program to its end, handing on what it and its children write, standard output and error as one stream.
    ///
    /// When `stop` stops, the whole group is asked to end (`grace`) and what then still lives is killed.
    ///
    /// - Throws: `SlipwayError` (`.external`) when the program cannot be started.
    static func run(
        _ request: ProcessRequest,
        stop: StopSignal,
        grace: TerminationGrace = .step,
        output: @escaping @Sendable (UnsafeBufferPointer<UInt8>) -> Void
    ) async throws -> ProcessEnd {
        let pipe = try OutputPipe()
        async let drained: Void = pipe.drain(into: output)
        let result: Result<ProcessEnd, SubprocessError>
        do {
            result = .success(try await start(request, writingTo: pipe.writeEnd, stop: stop, grace: grace))
        } catch let error as SubprocessError {
            result = .failure(error)
        }
        pipe.processDidExit()
        await drained
        do {
            return try result.get()
        } catch {
            throw SlipwayError(
                .external,
                "Cannot start \(request.executable)",
                why: error.description,
                next: "Check that the program and the working directory \(request.workingDirectory) exist."
            )
        }
    }

    private enum Event {
        case ended(ProcessIdentifier, TerminationStatus)
        case stopped
    }

    private static func start(
        _ request: ProcessRequest,
        writingTo output: FileDescriptor,
        stop: StopSignal,
        grace: TerminationGrace
    ) async throws -> ProcessEnd {
        var options = PlatformOptions()
        options.createSession = true
        options.teardownSequence = [
            .send(signal: .interrupt, toProcessGroup: true, allowedDurationToNextStep: grace.afterInterrupt),
            .send(signal: .terminate, toProcessGroup: true, allowedDurationToNextStep: grace.afterTerminate),
        ]
        let environment = request.environment.map { Array("\($0.key)=\($0.value)".utf8) + [0] }
        let configuration = Configuration(
            executable: .path(FilePath(request.executable)),
            arguments: Arguments(request.arguments),
            environment: .custom(environment),
            workingDirectory: FilePath(request.workingDirectory),
            platformOptions: options
        )
        return try await withThrowingTaskGroup(of: Event.self) { group in
            group.addTask {
                // Cancelling this task, below, is what starts the teardown sequence.
                let result = try await Subprocess.run(
                    configuration,
                    input: .none,
                    output: .fileDescriptor(output, closeAfterSpawningProcess: true),
                    error: .combinedWithOutput
                )
                return .ended(result.processIdentifier, result.terminationStatus)
            }
            group.addTask {
                await stop.wait()
                return .stopped
            }
            var wasStopped = false
            while let event = try await group.next() {
                switch event {
                case .stopped:
                    wasStopped = true
                    group.cancelAll()
                case .ended(let identifier, let status):
                    group.cancelAll()
                    // Who ignored the signals loses its leader first; the group's number stays taken as long as it lives.
                    if wasStopped { kill(-identifier.value, SIGKILL) }
                    return switch status {
                    case .exited(let code): .exited(code)
                    case .signaled(let signal): .signalled(signal)
                    }
                }
            }
            throw CancellationError()
        }
    }
}
