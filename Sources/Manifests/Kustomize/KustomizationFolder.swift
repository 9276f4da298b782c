import Core
import Foundation

/// A kustomization's folder: its files may not lie outside of it, other kustomizations may.
struct KustomizationFolder {
    let url: URL
    /// How messages name it: relative to where the rendering began.
    let name: String

    init(_ url: URL, name: String) {
        self.url = url.resolvingSymlinksInPath().standardizedFileURL
        self.name = name
    }

    func named(_ path: String) -> String { name.isEmpty || name == "." ? path : "\(name)/\(path)" }

    /// A file below this folder.
    ///
    /// - Throws: `DiagnosticsError` where it lies elsewhere or does not exist.
    func file(_ path: Located<String>) throws -> URL {
        let candidate = url.appending(path: path.value).resolvingSymlinksInPath().standardizedFileURL
        guard candidate.path.hasPrefix(url.path + "/") else {
            throw Self.wrong(
                "\(path.value) is not below the kustomization's folder",
                path.location,
                help: "Files must lie in or below the folder; only other kustomizations may lie elsewhere."
            )
        }
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: candidate.path, isDirectory: &isFolder), !isFolder.boolValue else {
            throw Self.wrong("There is no file \(named(path.value))", path.location, help: near(path.value))
        }
        return candidate
    }

    /// Another kustomization, or nil where the path is no folder.
    func folder(_ path: Located<String>) throws -> KustomizationFolder? {
        let text = path.value
        if text.contains("://") || text.hasPrefix("git@") || text.hasPrefix("github.com/") || text.contains("?ref=") {
            throw Self.wrong(
                "\(text) is elsewhere: Slipway takes no manifests from the network",
                path.location,
                help: "Copy what you use into the repository, at a version you have read."
            )
        }
        guard !text.hasPrefix("/") else {
            throw Self.wrong("\(text) is an absolute path", path.location, help: "Write it relative to this file.")
        }
        var isFolder: ObjCBool = false
        let candidate = url.appending(path: text)
        guard FileManager.default.fileExists(atPath: candidate.path, isDirectory: &isFolder), isFolder.boolValue else {
            return nil
        }
        return KustomizationFolder(candidate, name: Self.tidy(named(text)))
    }

    private static func tidy(_ path: String) -> String {
        var parts: [Substring] = []
        for part in path.split(separator: "/") where part != "." {
            if part == "..", let last = parts.last, last != ".." {
                parts.removeLast()
            } else {
                parts.append(part)
            }
        }
        return (path.hasPrefix("/") ? "/" : "") + parts.joined(separator: "/")
    }

    private func near(_ path: String) -> String? {
        let folder = url.appending(path: path).deletingLastPathComponent()
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        return Suggestion.nearest(to: URL(filePath: path).lastPathComponent, in: names).map {
            "Did you mean \"\($0)\"?"
        }
    }

    static func wrong(_ message: String, _ location: SourceLocation, help: String? = nil) -> DiagnosticsError {
        DiagnosticsError([Diagnostic(rule: "kustomization", message, at: location, help: help)])
    }
}
