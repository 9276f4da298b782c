import Core
import Delivery
import Foundation
import Workflows

/// Runs the machine's shellcheck over the scripts of workflows.
struct ShellCheckTool {
    private static let filesPerRun = 200
    private static let timeout: TimeInterval = 60

    /// Whether shellcheck is in `PATH`.
    static var isInstalled: Bool {
        let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
        return folders.contains { FileManager.default.isExecutableFile(atPath: "\($0)/shellcheck") }
    }

    func check(_ scripts: [ShellScript]) async throws -> [Diagnostic] {
        let folder = FileManager.default.temporaryDirectory.appending(path: "slipway-check-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        var diagnostics: [Diagnostic] = []
        for start in stride(from: 0, to: scripts.count, by: Self.filesPerRun) {
            var named: [String: ShellScript] = [:]
            for (index, script) in scripts[start..<min(start + Self.filesPerRun, scripts.count)].enumerated() {
                let name = "\(index).sh"
                try Data(script.text.utf8).write(to: folder.appending(path: name))
                named[name] = script
            }
            let command =
                ["shellcheck", "--norc", "--format=json1"]
                + ["--exclude=\(ShellCheckReport.excludedCodes.joined(separator: ","))"] + named.keys.sorted()
            let answer = try await CommandRunner(folder: folder).run(command, timeout: Self.timeout)
            diagnostics += try ShellCheckReport.diagnostics(answer.output, scripts: named)
        }
        return diagnostics
    }
}
