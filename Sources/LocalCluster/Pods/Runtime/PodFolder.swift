import Foundation

/// What is on disk about one pod.
struct PodFolder: Sendable, Hashable {
    /// What the pod is, for a server that finds only the folder.
    struct Record: Sendable, Hashable, Codable {
        let namespace: String
        let name: String
        let uid: String
        var attachment: PodAttachment?
    }

    let url: URL

    var record: URL { url.appending(path: "pod.json") }
    var etc: URL { url.appending(path: "etc") }
    var volumes: URL { url.appending(path: "volumes") }

    func readRecord() -> Record? {
        (try? Data(contentsOf: record)).flatMap { try? JSONDecoder().decode(Record.self, from: $0) }
    }

    func write(_ record: Record) throws {
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        try JSONEncoder().encode(record).write(to: self.record, options: .atomic)
    }

    func container(_ name: String, run: Int) -> ContainerFolder {
        ContainerFolder(url.appending(path: "containers/\(name)/\(run)"))
    }

    /// The numbers of the runs of a container that are on disk, in order.
    func runs(of container: String) -> [Int] {
        let folder = url.appending(path: "containers/\(container)")
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        return names.compactMap(Int.init).sorted()
    }

    var containerNames: [String] {
        (try? FileManager.default.contentsOfDirectory(atPath: url.appending(path: "containers").path)) ?? []
    }

    func log(_ container: String, run: Int) -> URL { url.appending(path: "logs/\(container)/\(run).log") }

    /// Removes the files of runs that nobody can ask for any more: all before `run` and the one before it.
    func removeRuns(of container: String, before run: Int) {
        for old in runs(of: container) where old < run - 1 {
            try? FileManager.default.removeItem(at: self.container(container, run: old).url)
            for path in LogFiles.all(of: log(container, run: old).path) { unlink(path) }
        }
    }

    func remove() { try? FileManager.default.removeItem(at: url) }
}

/// Where a cluster keeps what belongs to its pods.
struct PodPaths: Sendable, Hashable {
    /// The cluster's folder.
    let cluster: URL

    var pods: URL { cluster.appending(path: "pods") }
    var roots: URL { cluster.appending(path: "roots") }
    var claims: URL { cluster.appending(path: "volumes") }
    var events: URL { cluster.appending(path: "shim-events") }

    func pod(_ uid: String) -> PodFolder { PodFolder(url: pods.appending(path: uid)) }
}
