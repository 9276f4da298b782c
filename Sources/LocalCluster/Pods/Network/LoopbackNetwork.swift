import Core
import Foundation

/// A loopback address for each pod, on the host's own network: for pods that are plain processes.
///
/// Clusters of one machine share the range. Each holds its pods' addresses by a socket on a port that nobody serves, so
/// that no two give out the same; the system frees them with the process.
actor LoopbackNetwork: PodNetwork {
    private static let reservedPort: UInt16 = 61_001

    private var pool: AddressPool
    private var reservations: [String: Int32] = [:]

    /// `tag` makes different clusters begin at different addresses.
    init(tag: String) {
        let start = UInt8(tag.prefix(2), radix: 16) ?? 0
        pool = AddressPool(from: IPv4Address(127, 88, 0, 10), through: IPv4Address(127, 88, 255, 250))
        pool.skip(to: IPv4Address(127, 88, start, 10))
    }

    deinit {
        for file in reservations.values { close(file) }
    }

    func setUp() async throws {}

    func attach(_ uid: String) async throws -> PodAttachment {
        for _ in 0..<1000 {
            guard let address = pool.allocate(for: uid) else { break }
            if reserve(address, for: uid) { return PodAttachment(address: "\(address)", namespacePath: nil) }
            pool.release(uid)
        }
        throw SlipwayError(.external, "All addresses for pods are taken", why: "\(pool.first)–\(pool.last)")
    }

    func adopt(_ uid: String, _ attachment: PodAttachment) async -> Bool {
        guard let address = IPv4Address(attachment.address), attachment.namespacePath == nil,
            reserve(address, for: uid)
        else { return false }
        pool.reserve(address, for: uid)
        return true
    }

    func detach(_ uid: String) async {
        pool.release(uid)
        if let file = reservations.removeValue(forKey: uid) { close(file) }
    }

    func tearDown() async {}

    private func reserve(_ address: IPv4Address, for uid: String) -> Bool {
        if reservations[uid] != nil { return true }
        #if os(Linux)
            let file = socket(AF_INET, Int32(SOCK_DGRAM.rawValue), 0)
        #else
            let file = socket(AF_INET, SOCK_DGRAM, 0)
        #endif
        guard file >= 0 else { return false }
        _ = fcntl(file, F_SETFD, FD_CLOEXEC)
        var name = sockaddr_in()
        name.sin_family = sa_family_t(AF_INET)
        name.sin_port = Self.reservedPort.bigEndian
        name.sin_addr.s_addr = address.number.bigEndian
        let bound = withUnsafePointer(to: &name) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(file, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard bound == 0 else {
            close(file)
            return false
        }
        reservations[uid] = file
        return true
    }
}
