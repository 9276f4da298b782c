import Core
import Foundation

/// A tool that is on this machine.
struct InstalledTool: Sendable, Hashable {
    let version: ToolVersion
    let executable: String

    /// The folder to put on `PATH`.
    var bin: String { URL(filePath: executable).deletingLastPathComponent().path }
    /// The folder that `bin` is in.
    var home: String { URL(filePath: bin).deletingLastPathComponent().path }
}

/// Finds all versions of a tool on this machine.
struct ToolFinder: Sendable {
    /// Names of its program.
    let programs: [String]
    /// Arguments that make it print its version.
    let question: [String]
    /// Folders with its program in them; `~` is the home folder, and a part with `*` stands for all that match it.
    let places: [String]
    /// Its folder in the tool cache.
    let cacheName: String

    func find(_ call: ActionCall) async throws -> [InstalledTool] {
        var candidates: [String] = []
        let cached = "\(call.folders.tools.path)/\(cacheName)/*/*"
        let folders = (["\(cached)/bin", cached] + places).flatMap { expand($0, home: call.run.host.home) }
        let path = [call.environment["PATH"], call.run.host.variables["PATH"]].compactMap(\.self)
        let searched = path.flatMap { $0.split(separator: ":").map(String.init) }
        for folder in searched + folders {
            for name in try names(in: folder) {
                let file = "\(folder)/\(name)"
                if access(file, X_OK) == 0, !candidates.contains(file) { candidates.append(file) }
            }
        }
        var found: [InstalledTool] = []
        for file in candidates {
            // A launcher (pyenv's shims) may have nothing behind it: then it is no tool.
            guard let output = try? await call.tools.run(file, question, in: "/"), output.end.isSuccess,
                let version = ToolVersion(output.text)
            else { continue }
            if !found.contains(where: { $0.version == version }) {
                found.append(InstalledTool(version: version, executable: file))
            }
        }
        return found.sorted { $0.version > $1.version }
    }

    private func names(in folder: String) throws -> [String] {
        guard programs.contains(where: { $0.hasSuffix("*") }) else { return programs }
        let all = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return programs.flatMap { program -> [String] in
            guard program.hasSuffix("*") else { return [program] }
            return all.filter { name in
                name.hasPrefix(program.dropLast())
                    && name.dropFirst(program.count - 1).allSatisfy { $0.isNumber || $0 == "." }
            }.sorted()
        }
    }

    private func expand(_ pattern: String, home: String) -> [String] {
        var folders = [""]
        for part in pattern.replacing(/^~/, with: home).split(separator: "/") {
            folders = folders.flatMap { folder -> [String] in
                guard part.contains("*") else { return ["\(folder)/\(part)"] }
                let names = (try? FileManager.default.contentsOfDirectory(atPath: "\(folder)/")) ?? []
                let ends = part.split(separator: "*", maxSplits: 1, omittingEmptySubsequences: false)
                return names.filter { $0.hasPrefix(ends[0]) && $0.hasSuffix(ends[1]) }.sorted().map {
                    "\(folder)/\($0)"
                }
            }
        }
        return folders
    }
}
