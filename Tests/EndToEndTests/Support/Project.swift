import Foundation
import Subprocess
import Testing

#if canImport(System)
    import System
#else
    import SystemPackage
#endif

/// A folder of its own, as a user has one: runs programs in it, and cleans up what they started.
struct Project: Sendable {
    let folder: URL

    /// Runs the body in a new project; its local cluster, if it started one, is gone afterwards.
    static func with(_ body: (Project) async throws -> Void) async throws {
        // Short: a Unix socket's path has room for about a hundred bytes.
        let folder = URL(filePath: "/tmp/slipway-\(UUID().uuidString.prefix(8).lowercased())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let project = Project(folder: folder)
        let result: Result<Void, any Error>
        do {
            try await body(project)
            result = .success(())
        } catch {
            result = .failure(error)
        }
        if FileManager.default.fileExists(atPath: project.cluster.path) {
            let down = try await project.slipway("cluster", "down", "--purge")
            #expect(down.status == 0, "\(down.everything)")
        }
        try FileManager.default.removeItem(at: folder)
        try result.get()
    }

    var cluster: URL { folder.appending(path: ".slipway/cluster") }
    var kubeconfig: String { cluster.appending(path: "kubeconfig").path }

    func write(_ path: String, _ text: String) throws {
        let url = folder.appending(path: path)
        try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try text.write(to: url, atomically: true, encoding: .utf8)
    }

    func slipway(_ arguments: String...) async throws -> Outcome {
        try await run(Tools.slipway, arguments)
    }

    func kubectl(_ arguments: String...) async throws -> Outcome {
        try await run(Tools.path(of: "kubectl") ?? "kubectl", ["--kubeconfig", kubeconfig] + arguments)
    }

    /// Runs a program in the project's folder until it ends; it is killed after `limit`.
    func run(
        _ program: String,
        _ arguments: [String],
        environment: [String: String] = [:],
        limit: Duration = .seconds(180)
    ) async throws -> Outcome {
        var variables: [Environment.Key: String?] = [
            "SLIPWAY_DIR": folder.appending(path: ".slipway").path, "HOME": folder.path, "NO_COLOR": "1",
        ]
        for (name, value) in environment { variables[Environment.Key(stringLiteral: name)] = value }
        let overrides = variables
        return try await withThrowingTaskGroup(of: Outcome.self) { group in
            group.addTask {
                let result = try await Subprocess.run(
                    .path(FilePath(program)),
                    arguments: Arguments(arguments),
                    environment: .inherit.updating(overrides),
                    workingDirectory: FilePath(folder.path),
                    output: .string(limit: 10_000_000),
                    error: .string(limit: 10_000_000)
                )
                let status: Int32 =
                    switch result.terminationStatus {
                    case .exited(let code): Int32(code)
                    case .signaled(let signal): 128 + Int32(signal)
                    }
                return Outcome(status: status, output: result.standardOutput, errors: result.standardError)
            }
            group.addTask {
                try await Task.sleep(for: limit)
                throw TookTooLong(program: program, arguments: arguments, limit: limit)
            }
            defer { group.cancelAll() }
            guard let outcome = try await group.next() else { throw CancellationError() }
            return outcome
        }
    }

    struct TookTooLong: Error {
        let program: String
        let arguments: [String]
        let limit: Duration
    }
}
