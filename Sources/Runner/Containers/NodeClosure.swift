import Core
import Foundation

/// The machine's node with all libraries that it needs, so that it runs in any container, whatever its own libraries.
enum NodeClosure {
    /// Makes the folder once.
    ///
    /// - Returns: the command that starts it from there; empty where the machine has no node.
    static func command(in folder: String, tools: ToolRunner) async throws -> [String] {
        guard let node = Executables.find("node", path: tools.environment["PATH"] ?? "") else { return [] }
        let real = URL(filePath: node).resolvingSymlinksInPath().path
        let listed = try await tools.run("ldd", [real], in: "/")
        let libraries = listed.text.matches(of: /(\/\S+)(?= \(0x)/).map { String($0.1) }
        let loader = libraries.first { URL(filePath: $0).lastPathComponent.hasPrefix("ld-") }
        if !FileManager.default.fileExists(atPath: "\(folder)/node") {
            let work = "\(folder)-\(UUID().uuidString.lowercased())"
            try FileManager.default.createDirectory(atPath: work, withIntermediateDirectories: true)
            for library in libraries {
                let target = "\(work)/\(URL(filePath: library).lastPathComponent)"
                try? FileManager.default.copyItem(
                    at: URL(filePath: library).resolvingSymlinksInPath(),
                    to: URL(filePath: target)
                )
            }
            try FileManager.default.copyItem(atPath: real, toPath: "\(work)/node")
            if rename(work, folder) != 0 { try FolderCopy.remove(work) }
        }
        guard let loader else { return ["\(JobContainers.externals)/node"] }
        let name = URL(filePath: loader).lastPathComponent
        return [
            "\(JobContainers.externals)/\(name)", "--library-path", JobContainers.externals,
            "\(JobContainers.externals)/node",
        ]
    }
}
