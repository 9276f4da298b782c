import Foundation
import Journal
import Synchronization
import Testing

@testable import Runner

@Suite struct ProcessRunnerTests {
    private struct Finished {
        let end: ProcessEnd
        let output: String
        let seconds: Double
    }

    private func run(
        _ script: String,
        stop: StopSignal = StopSignal(),
        grace: TerminationGrace = .step,
        onOutput: @escaping @Sendable (String) -> Void = { _ in }
    ) async throws -> Finished {
        let collected = Mutex<[UInt8]>([])
        let start = ContinuousClock.now
        let request = ProcessRequest(
            executable: "/bin/bash",
            arguments: ["-c", script],
            environment: ["PATH": "/usr/bin:/bin", "X": "1"],
            workingDirectory: "/"
        )
        let end = try await ProcessRunner.run(request, stop: stop, grace: grace) { chunk in
            let text = String(decoding: chunk, as: UTF8.self)
            collected.withLock { $0.append(contentsOf: chunk) }
            onOutput(text)
        }
        let text = collected.withLock { String(decoding: $0, as: UTF8.self) }
        let took = ContinuousClock.now - start
        return Finished(end: end, output: text, seconds: Double(took.components.seconds))
    }

    @Test(arguments: [("exit 0", ProcessEnd.exited(0)), ("exit 7", .exited(7)), ("kill -TERM $$", .signalled(15))])
    func reportsHowItEnded(script: String, end: ProcessEnd) async throws {
        #expect(try await run(script).end == end)
    }

    @Test func seesOnlyTheEnvironmentItIsGiven() async throws {
        #expect(try await run("env | grep -v -e ^_= -e ^SHLVL= -e ^PWD= | sort").output == "PATH=/usr/bin:/bin\nX=1\n")
    }

    @Test func missingProgramsAndFoldersAreErrors() async throws {
        for request in [
            ProcessRequest(executable: "/no/such", arguments: [], environment: [:], workingDirectory: "/"),
            ProcessRequest(executable: "/bin/sh", arguments: [], environment: [:], workingDirectory: "/no/such"),
        ] {
            await #expect(throws: (any Error).self) {
                try await ProcessRunner.run(request, stop: StopSignal()) { _ in }
            }
        }
    }

    @Test func keepsEveryByteOfALargeOutput() async throws {
        let count = Atomic<Int>(0)
        _ = try await run("head -c 20000000 /dev/zero; head -c 1000 /dev/zero >&2") { _ in }
        let request = ProcessRequest(
            executable: "/bin/bash",
            arguments: ["-c", "head -c 20000000 /dev/zero; head -c 1000 /dev/zero >&2"],
            environment: ["PATH": "/usr/bin:/bin"],
            workingDirectory: "/"
        )
        _ = try await ProcessRunner.run(request, stop: StopSignal()) { count.add($0.count, ordering: .relaxed) }
        #expect(count.load(ordering: .relaxed) == 20_001_000)
    }

    @Test func waitsForWhatAChildStillWritesAfterTheExit() async throws {
        #expect(try await run("(read -t 0.3 <> <(:); echo late) & echo early").output == "early\nlate\n")
    }

    @Test func doesNotWaitForeverForAChildThatHoldsThePipe() async throws {
        let finished = try await run("sleep 300 & echo $!")
        kill(pid_t(finished.output.trimmingCharacters(in: .newlines)) ?? 0, SIGKILL)
        #expect(finished.end == .exited(0))
        #expect(finished.seconds < 200, "it did not wait for the sleep")
    }

    @Test func stoppingReachesTheWholeGroupAndEscalates() async throws {
        let stop = StopSignal()
        let script = """
            trap 'echo int' INT; trap 'echo term' TERM
            (trap '' INT TERM; sleep 300) & echo "child $!"
            echo ready
            while :; do sleep 300 & wait; done
            """
        let grace = TerminationGrace(afterInterrupt: .milliseconds(300), afterTerminate: .milliseconds(300))
        let finished = try await run(script, stop: stop, grace: grace) { text in
            if text.contains("ready") { stop.stop(.cancelled) }
        }
        #expect(finished.end == .signalled(9))
        #expect(finished.output.contains("int") && finished.output.contains("term"))
        let match = try #require(finished.output.firstMatch(of: /child (\d+)/))
        let child = try #require(pid_t(match.1))
        // The killed child is gone, or a zombie that nobody has reaped yet.
        let state = (try? String(contentsOfFile: "/proc/\(child)/stat", encoding: .utf8)) ?? ""
        #expect(state.isEmpty || state.contains(") Z "))
    }

    @Test func anInterruptThatIsObeyedEndsItAtOnce() async throws {
        let stop = StopSignal()
        let finished = try await run("trap 'echo bye; exit 5' INT; echo ready; sleep 300 & wait", stop: stop) { text in
            if text.contains("ready") { stop.stop(.cancelled) }
        }
        #expect(finished.end == .exited(5))
        #expect(finished.output.hasSuffix("bye\n"))
        #expect(finished.seconds < 200, "it did not wait for the sleep")
    }
}

@Suite struct StopSignalTests {
    @Test func stopsItsChildrenAndNotTheOtherWayRound() async {
        let parent = StopSignal()
        let child = parent.makeChild()
        let other = parent.makeChild()
        child.stop(.timedOut)
        #expect(child.reason == .timedOut && !parent.isStopped && !other.isStopped)
        parent.stop(.cancelled)
        #expect(child.reason == .timedOut && other.reason == .cancelled)
        #expect(parent.makeChild().isStopped)
        await parent.wait()
    }

    @Test func waitingEndsWithTheTask() async {
        let signal = StopSignal()
        let task = Task { await signal.wait() }
        task.cancel()
        await task.value
        #expect(!signal.isStopped)
    }
}
