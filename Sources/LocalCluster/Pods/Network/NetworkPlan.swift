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

    private static func file(_ cluster: URL) -> URL { cluster.appending(path: "network.json") }

    /// The plan a cluster has noted; nil if it has none yet.
    static func read(cluster folder: URL) -> NetworkPlan? {
        (try? Data(contentsOf: file(folder))).flatMap { try? JSONDecoder().decode(Self.self, from: $0) }
    }

    func write(cluster folder: URL) throws {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try JSONEncoder().encode(self).write(to: Self.file(folder), options: .atomic)
    }

    static func remove(cluster folder: URL) { try? FileManager.default.removeItem(at: file(folder)) }

    /// A plan whose block is not among those in use; nil when all are.
    static func make(tag: String, avoiding used: Set<UInt8>) -> NetworkPlan? {
        let start = UInt8(tag.prefix(2), radix: 16) ?? 0
        // From 10.64 on: lower blocks are what home networks and VPNs like.
        let candidates = (0..<UInt8(128)).map { 64 + (start &+ $0) % 128 }
        return candidates.first { !used.contains($0) }.map { NetworkPlan(tag: tag, block: $0) }
    }

    /// Whether the cluster's bridge is there.
    var isUp: Bool { FileManager.default.fileExists(atPath: "/sys/class/net/\(bridge)") }

    static func tag(of folder: URL) -> String {
        let digest = SHA256.hash(data: Data(folder.standardizedFileURL.path.utf8))
        return digest.prefix(4).map { byte in (byte < 16 ? "0" : "") + String(byte, radix: 16) }.joined()
    }

    /// The blocks of 10/8 that a route of `/proc/net/route` touches: the kernel's hexadecimal, lowest byte first.
    static func usedBlocks(_ routes: String) -> Set<UInt8> {
        var used: Set<UInt8> = []
        for line in routes.split(separator: "\n").dropFirst() {
            let fields = line.split(whereSeparator: \.isWhitespace)
            guard fields.count > 7, let target = UInt32(fields[1], radix: 16), target & 0xFF == 10 else { continue }
            used.insert(UInt8(target >> 8 & 0xFF))
        }
        return used
    }
}
