import Core
import Crypto
import Foundation

/// The names and numbers of one cluster's network on this machine; the same as long as its folder is.
struct NetworkPlan: Sendable, Hashable, Codable {
    /// Eight hexadecimal digits, made from the folder's path: tells this cluster's interfaces from another's.
    let tag: String
    /// The second number of `10.x.0.0/16`.
    let block: UInt8

    var bridge: String { "slw\(tag)" }
    /// The host's own address on the bridge.
    var gateway: IPv4Address { IPv4Address(10, block, 0, 1) }
    var prefixLength: Int { 17 }
    var firstPod: IPv4Address { IPv4Address(10, block, 0, 10) }
    var lastPod: IPv4Address { IPv4Address(10, block, 127, 250) }
    /// Names of network namespaces begin so.
    var namespacePrefix: String { "slipway-\(tag)-" }

    func namespace(of uid: String) -> String { namespacePrefix + uid }

    /// The host's end of a pod's cable: at most 15 characters.
    func interface(of uid: String) -> String { "sv" + uid.filter { $0 != "-" }.prefix(12) }

    /// Reads the plan of a cluster, or makes one that collides with no route of this machine and notes it.
    static func load(cluster folder: URL) throws -> NetworkPlan {
        let file = folder.appending(path: "network.json")
        if let data = try? Data(contentsOf: file), let plan = try? JSONDecoder().decode(Self.self, from: data) {
            return plan
        }
        let plan = make(tag: tag(of: folder), routes: (try? String(contentsOfFile: "/proc/net/route", encoding: .utf8)))
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try JSONEncoder().encode(plan).write(to: file, options: .atomic)
        return plan
    }

    static func make(tag: String, routes: String?) -> NetworkPlan {
        let used = usedBlocks(routes ?? "")
        let start = UInt8(tag.prefix(2), radix: 16) ?? 0
        // From 10.64 on: lower blocks are what home networks and VPNs like.
        let candidates = (0..<UInt8(128)).map { 64 + (start &+ $0) % 128 }
        return NetworkPlan(tag: tag, block: candidates.first { !used.contains($0) } ?? candidates[0])
    }

    static func tag(of folder: URL) -> String {
        let digest = SHA256.hash(data: Data(folder.standardizedFileURL.path.utf8))
        return digest.prefix(4).map { byte in (byte < 16 ? "0" : "") + String(byte, radix: 16) }.joined()
    }

    /// The blocks of 10/8 that a route of `/proc/net/route` touches: the kernel's hexadecimal, lowest byte first.
    private static func usedBlocks(_ routes: String) -> Set<UInt8> {
        var used: Set<UInt8> = []
        for line in routes.split(separator: "\n").dropFirst() {
            let fields = line.split(whereSeparator: \.isWhitespace)
            guard fields.count > 7, let target = UInt32(fields[1], radix: 16), target & 0xFF == 10 else { continue }
            used.insert(UInt8(target >> 8 & 0xFF))
        }
        return used
    }
}
