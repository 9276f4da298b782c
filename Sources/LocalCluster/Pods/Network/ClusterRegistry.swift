import Core
import Foundation

/// The clusters that have networks on this machine: no two may have the same addresses, and what those have left whose
/// folder has been deleted must be cleaned up by another, as a bridge belongs to no process that could end.
enum ClusterRegistry {
    private struct Entry: Codable {
        let folder: String
        let plan: NetworkPlan
    }

    /// Gone with a restart of the machine, as the networks are.
    private static let directory = URL(filePath: "/run/slipway/clusters")
    private static let lockLimit = Duration.seconds(30)

    /// Gives a cluster addresses that no other network of this machine has: the same as before where that can be.
    static func claim(cluster folder: URL) async throws -> NetworkPlan {
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        let lock = try await lock()
        defer { withExtendedLifetime(lock) {} }
        await sweep()
        let tag = NetworkPlan.tag(of: folder)
        let known = NetworkPlan.read(cluster: folder)
        if let known, known.tag == tag, known.isUp {
            try add(known, folder)
            return known
        }
        let routes = (try? String(contentsOfFile: "/proc/net/route", encoding: .utf8)) ?? ""
        let others = entries().filter { $0.entry.plan.tag != tag }.map(\.entry.plan.block)
        let used = NetworkPlan.usedBlocks(routes).union(others)
        if let known, known.tag == tag, !used.contains(known.block) {
            try add(known, folder)
            return known
        }
        guard let plan = NetworkPlan.make(tag: tag, avoiding: used) else {
            throw SlipwayError(.external, "No free range of addresses for pods", why: "10.64 to 10.191 are all in use")
        }
        try plan.write(cluster: folder)
        try add(plan, folder)
        return plan
    }

    static func remove(_ tag: String) { try? FileManager.default.removeItem(at: file(tag)) }

    private static func add(_ plan: NetworkPlan, _ folder: URL) throws {
        try JSONEncoder().encode(Entry(folder: folder.path, plan: plan)).write(to: file(plan.tag), options: .atomic)
    }

    /// Removes what clusters without a folder have left. Their containers end by themselves.
    private static func sweep() async {
        for (file, entry) in entries() where !FileManager.default.fileExists(atPath: entry.folder) {
            await BridgeNetwork(plan: entry.plan).tearDown()
            ControlGroups.remove(ControlGroups.cluster(entry.plan.tag))
            try? FileManager.default.removeItem(at: file)
        }
    }

    private static func entries() -> [(file: URL, entry: Entry)] {
        let files = (try? FileManager.default.contentsOfDirectory(at: directory, includingPropertiesForKeys: nil)) ?? []
        return files.compactMap { file in
            guard let data = try? Data(contentsOf: file), let entry = try? JSONDecoder().decode(Entry.self, from: data)
            else { return nil }
            return (file, entry)
        }
    }

    /// One cluster at a time.
    private static func lock() async throws -> FileLock {
        let url = directory.deletingLastPathComponent().appending(path: "lock")
        if let lock = try await FileLock.wait(for: url, limit: lockLimit) { return lock }
        throw SlipwayError(.external, "Cannot lock \(url.path)", why: "another cluster has held it too long")
    }

    private static func file(_ tag: String) -> URL { directory.appending(path: "\(tag).json") }
}
