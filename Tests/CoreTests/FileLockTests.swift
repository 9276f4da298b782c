import Core
import Foundation
import Testing

@Suite struct FileLockTests {
    private func withFile(_ body: (URL) async throws -> Void) async throws {
        let folder = URL(filePath: NSTemporaryDirectory()).appending(path: "lock-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try await body(folder.appending(path: "lock"))
    }

    @Test func excludesOthersUntilItGoesAway() async throws {
        try await withFile { file in
            var lock = try FileLock.attempt(file)
            #expect(lock != nil)
            #expect(try FileLock.attempt(file) == nil)
            #expect(try await FileLock.wait(for: file, limit: .milliseconds(60)) == nil)
            lock = nil
            // A process that another test starts at this moment holds a copy of the file until it executes its program.
            #expect(try await FileLock.wait(for: file, limit: .seconds(20)) != nil)
            #expect(try FileLock.hold(file) { 7 } == 7)
        }
    }

    @Test func isGivenBackWhenItsHolderIsKilled() async throws {
        try await withFile { file in
            let holder = Process()
            let output = Pipe()
            holder.executableURL = URL(filePath: "/usr/bin/env")
            holder.arguments = [
                "python3", "-c",
                "import fcntl,sys,time; f=open(sys.argv[1],'w'); fcntl.flock(f,2); print('held',flush=True); time.sleep(600)",
                file.path,
            ]
            holder.standardOutput = output
            try holder.run()
            #expect(try output.fileHandleForReading.read(upToCount: 5) == Data("held\n".utf8))
            #expect(try FileLock.attempt(file) == nil)
            kill(holder.processIdentifier, SIGKILL)
            #expect(try await FileLock.wait(for: file, limit: .seconds(20)) != nil)
            holder.waitUntilExit()
        }
    }

    @Test func aPlaceThatCannotBeWrittenIsAnError() {
        #expect(throws: SlipwayError.self) { try FileLock.attempt(URL(filePath: "/no/such/folder/lock")) }
    }
}
