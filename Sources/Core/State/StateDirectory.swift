package import Foundation

/// Where Slipway keeps what it must remember on this machine: journal, run logs, images, the local cluster.
///
/// `SLIPWAY_DIR` names it where set (a job's workspace is another folder than the project); else it is `.slipway` in
/// the nearest folder upwards that holds `.git`, and in the current folder where there is none.
package struct StateDirectory: Sendable, Hashable {
    package let url: URL

    package init(_ url: URL) { self.url = url }

    package static func locate(
        environment: [String: String] = ProcessInfo.processInfo.environment,
        from folder: URL = URL(filePath: FileManager.default.currentDirectoryPath, directoryHint: .isDirectory)
    ) -> StateDirectory {
        if let explicit = environment["SLIPWAY_DIR"], !explicit.isEmpty {
            return StateDirectory(URL(filePath: explicit, directoryHint: .isDirectory))
        }
        return StateDirectory((projectRoot(from: folder) ?? folder).appending(path: ".slipway"))
    }

    /// The nearest folder upwards that holds `.git` (a folder, or a file in a worktree).
    package static func projectRoot(from folder: URL) -> URL? {
        var current = folder.standardizedFileURL
        while true {
            if FileManager.default.fileExists(atPath: current.appending(path: ".git").path) { return current }
            let parent = current.deletingLastPathComponent().standardizedFileURL
            if parent.path == current.path { return nil }
            current = parent
        }
    }

    package var journal: URL { url.appending(path: "journal.sqlite") }
    /// One folder a run: logs, summaries, artifacts.
    package var runs: URL { url.appending(path: "runs") }
    /// An OCI image layout with all locally built images.
    package var images: URL { url.appending(path: "images") }
    /// The local cluster's objects, logs and kubeconfig.
    package var cluster: URL { url.appending(path: "cluster") }
}
