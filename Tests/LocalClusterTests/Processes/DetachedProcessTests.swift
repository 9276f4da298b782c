import Foundation
import Testing

@testable import LocalCluster

@Suite struct DetachedProcessTests {
    let folder: URL

    init() throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "slipway-detached-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    private func output() throws -> String {
        try String(contentsOf: folder.appending(path: "out"), encoding: .utf8)
    }

    private func start(_ script: String, environment: [String: String] = ["PATH": "/bin:/usr/bin"]) throws
        -> ProcessIdentity
    {
        try DetachedProcess.start(
            "/bin/sh",
            arguments: ["-c", script],
            environment: environment,
            workingDirectory: folder.path,
            output: folder.appending(path: "out")
        )
    }

    @Test("leads a session, reads nothing, inherits the given environment and no open file")
    func isolation() async throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let leak = open("/dev/null", O_RDONLY)
        defer { close(leak) }
        let process = try start(
            "pwd; echo $GREETING; read x || echo eof; ls /proc/self/fd | wc -l; cut -d' ' -f6 /proc/$$/stat; echo $$",
            environment: ["PATH": "/bin:/usr/bin", "GREETING": "hello"]
        )
        #expect(await process.waitForExit(limit: .seconds(10)))
        let lines = try output().split(separator: "\n").map(String.init)
        try #require(lines.count == 6)
        #expect(lines[0].hasSuffix(folder.lastPathComponent))
        #expect(lines[1...2] == ["hello", "eof"])
        #expect(lines[3] == "4", "the three standard streams, and what ls itself opens")
        #expect(lines[4] == lines[5], "the process is its own session's leader")
    }

    @Test("a process that has ended is not running, though its number may be a zombie's")
    func ended() async throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let process = try start("exit 0")
        #expect(await process.waitForExit(limit: .seconds(10)))
        #expect(!process.isRunning)
        #expect(!process.signal(SIGTERM))
    }

    @Test("another process with the same number is never signalled")
    func recycled() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let process = try start("sleep 60")
        defer { process.signal(SIGKILL) }
        let coded = try JSONEncoder().encode(process)
        #expect(try JSONDecoder().decode(ProcessIdentity.self, from: coded).isRunning)
        let text = String(decoding: coded, as: UTF8.self)
            .replacing("\(process.startTime)", with: "\(process.startTime - 1)")
        let earlier = try JSONDecoder().decode(ProcessIdentity.self, from: Data(text.utf8))
        #expect(!earlier.isRunning)
        #expect(!earlier.signal(SIGKILL))
        #expect(process.isRunning)
    }

    @Test("one that ignores SIGTERM is killed when its grace is over")
    func stubborn() async throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let process = try start("trap '' TERM; echo armed; while :; do sleep 0.05; done")
        let deadline = ContinuousClock.now.advanced(by: .seconds(10))
        while try output() != "armed\n", ContinuousClock.now < deadline { try await Task.sleep(for: .milliseconds(5)) }
        #expect(await process.waitForExit(limit: .milliseconds(20)) == false)
        #expect(await process.terminate(grace: .milliseconds(100)))
        #expect(!process.isRunning)
    }

    @Test("a program that does not exist is named")
    func missing() {
        defer { try? FileManager.default.removeItem(at: folder) }
        #expect {
            try DetachedProcess.start("/nowhere/x", arguments: [], output: folder.appending(path: "out"))
        } throws: { error in
            "\(error)".contains("/nowhere/x") && "\(error)".contains("No such file")
        }
    }

    @Test("the name of a process may look like fields")
    func oddName() {
        defer { try? FileManager.default.removeItem(at: folder) }
        let fields = (4...30).map(String.init).joined(separator: " ")
        #expect(ProcessTable.parse(stat: "7 (a ) R 1) S \(fields)", orZombie: false) == 22)
        #expect(ProcessTable.parse(stat: "7 (x) Z \(fields)", orZombie: false) == nil)
        #expect(ProcessTable.parse(stat: "7 (x) Z \(fields)", orZombie: true) == 22)
    }
}
