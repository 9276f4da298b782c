import CodeAudit
import Foundation
import Subprocess
import SystemPackage

/// Runs real programs for tests.
enum Tool {
    struct Failure: Error { let text: String }

    static func output(_ program: String, _ arguments: [String], in folder: URL? = nil) throws -> String {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = [program] + arguments
        process.currentDirectoryURL = folder
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = FileHandle.nullDevice
        try process.run()
        let data = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw Failure(text: "\(program) \(arguments): \(process.terminationStatus)")
        }
        return String(decoding: data, as: UTF8.self)
    }
}

/// git in a folder, as the command line brings it.
struct TestGit: GitClient {
    let folder: URL

    func run(_ arguments: [String], _ take: (ArraySlice<UInt8>) throws -> Void) async throws -> Bool {
        let result = try await Subprocess.run(
            .name("git"),
            arguments: Arguments(arguments),
            workingDirectory: FilePath(folder.path(percentEncoded: false)),
            input: .none,
            output: .sequence,
            error: .discarded
        ) { execution in
            for try await piece in execution.standardOutput { try take(piece.withUnsafeBytes { Array($0) }[...]) }
        }
        return result.terminationStatus.isSuccess
    }
}

/// A repository of its own that goes with the test.
final class Repository {
    let url: URL

    init() throws {
        url = FileManager.default.temporaryDirectory.appending(
            path: "audit-\(UUID().uuidString)",
            directoryHint: .isDirectory
        )
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        try git("init", "-q", "-b", "main")
    }

    deinit { try? FileManager.default.removeItem(at: url) }

    @discardableResult
    func git(_ arguments: String...) throws -> String {
        try Tool.output(
            "git",
            ["-c", "user.name=t", "-c", "user.email=t@t", "-c", "commit.gpgsign=false"] + arguments,
            in: url
        )
    }

    func write(_ text: String, to path: String) throws {
        let file = url.appending(path: path)
        try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: file)
    }

    func commit(_ text: String, to path: String) throws {
        try write(text, to: path)
        try git("add", "--all")
        try git("commit", "-q", "-m", path)
    }
}
