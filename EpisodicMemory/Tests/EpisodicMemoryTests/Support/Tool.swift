import Foundation

/// A program that some tests need and not every machine has.
struct Tool: Sendable {
    let path: String

    /// nil when it is not on the PATH.
    init?(_ name: String) {
        let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
        let found = folders.map { "\($0)/\(name)" }.first(where: FileManager.default.isExecutableFile(atPath:))
        guard let found else { return nil }
        path = found
    }

    /// What it prints and how it ends.
    func run(_ arguments: [String], within limit: Duration = .seconds(120)) async throws -> (
        status: Int32, output: String
    ) {
        let process = try ServiceProcess(
            executable: URL(fileURLWithPath: path),
            arguments: arguments,
            environment: ProcessInfo.processInfo.environment
        )
        let status = try await process.exit(within: limit)
        return (status, process.output)
    }

    /// Whether `python3` can import it.
    static func hasPythonModule(_ name: String) async -> Bool {
        guard let python = Tool("python3") else { return false }
        return (try? await python.run(["-c", "import \(name)"]))?.status == 0
    }
}
