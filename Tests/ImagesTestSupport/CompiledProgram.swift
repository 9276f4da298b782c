import Foundation

/// Small C programs, compiled for a test.
package enum CompiledProgram {
    package static let compiler = ["cc", "clang", "gcc"].first(where: Tool.has)

    /// Compiles a source text.
    package static func compile(_ source: String, to output: URL, _ flags: [String] = []) async throws {
        let file = output.deletingLastPathComponent().appending(path: "\(output.lastPathComponent).c")
        try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(source.utf8).write(to: file)
        let result = try await Tool.run(compiler ?? "cc", ["-o", output.path, file.path] + flags)
        guard result.succeeded else { throw CompileError(message: result.error) }
        try FileManager.default.removeItem(at: file)
    }

    package struct CompileError: Error { let message: String }
}
