import Core
import Foundation

/// Gives pods addresses of their own.
protocol PodNetwork: Sendable {
    /// Makes what all pods share; may be repeated.
    func setUp() async throws
    /// Gives a pod its address; the same again if it has one.
    func attach(_ uid: String) async throws -> PodAttachment
    /// Notes a pod that has its address from an earlier life of the server.
    ///
    /// - Returns: false if the pod's network is gone, and with it the pod's sandbox.
    func adopt(_ uid: String, _ attachment: PodAttachment) async -> Bool
    func detach(_ uid: String) async
    /// Removes everything.
    func tearDown() async
}

/// A pod's place in the network.
struct PodAttachment: Sendable, Hashable, Codable {
    let address: String
    /// The network namespace's file; nil where pods share the host's.
    let namespacePath: String?
}

/// A network namespace for each pod, all on one bridge. Nothing is routed or translated: what pods send stays on this
/// machine.
actor BridgeNetwork: PodNetwork {
    nonisolated let plan: NetworkPlan
    private var pool: AddressPool
    private var isUp = false

    init(plan: NetworkPlan) {
        self.plan = plan
        pool = AddressPool(from: plan.firstPod, through: plan.lastPod)
    }

    func setUp() async throws {
        guard !isUp else { return }
        let there = try await ip(["link", "show", "dev", plan.bridge]).succeeded
        var lines: [String] = []
        if !there { lines.append("link add \(plan.bridge) type bridge forward_delay 0 stp_state 0") }
        lines.append("addr replace \(plan.gateway)/\(plan.prefixLength) dev \(plan.bridge)")
        lines.append("link set \(plan.bridge) up")
        try await batch(lines)
        isUp = true
    }

    func attach(_ uid: String) async throws -> PodAttachment {
        try await setUp()
        guard let address = pool.allocate(for: uid) else {
            throw SlipwayError(.external, "All addresses for pods are taken", why: "\(plan.firstPod)–\(plan.lastPod)")
        }
        let namespace = plan.namespace(of: uid)
        let interface = plan.interface(of: uid)
        let attachment = PodAttachment(address: "\(address)", namespacePath: "/run/netns/\(namespace)")
        // What a life that was cut short has left behind.
        _ = try await ip(["netns", "delete", namespace])
        _ = try await ip(["link", "delete", interface])
        do {
            try await SystemCommand("ip", ["netns", "add", namespace]).succeed()
            try await batch([
                "link add \(interface) type veth peer name eth0 netns \(namespace)",
                "link set \(interface) addrgenmode none master \(plan.bridge) up",
            ])
            try await batch(
                [
                    "link set lo up", "addr add \(address)/\(plan.prefixLength) dev eth0", "link set eth0 up",
                    "route add default via \(plan.gateway)",
                ],
                in: namespace
            )
        } catch {
            await detach(uid)
            throw error
        }
        return attachment
    }

    func adopt(_ uid: String, _ attachment: PodAttachment) async -> Bool {
        guard let address = IPv4Address(attachment.address), let path = attachment.namespacePath,
            Self.isMountPoint(path)
        else { return false }
        pool.reserve(address, for: uid)
        return true
    }

    func detach(_ uid: String) async {
        _ = try? await ip(["netns", "delete", plan.namespace(of: uid)])
        // Usually gone with its other end.
        _ = try? await ip(["link", "delete", plan.interface(of: uid)])
        pool.release(uid)
    }

    func tearDown() async {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/run/netns")) ?? []
        for name in names where name.hasPrefix(plan.namespacePrefix) { _ = try? await ip(["netns", "delete", name]) }
        _ = try? await ip(["link", "delete", plan.bridge])
        isUp = false
    }

    private func ip(_ arguments: [String]) async throws -> SystemCommand.Outcome {
        try await SystemCommand("ip", arguments).run()
    }

    private func batch(_ lines: [String], in namespace: String? = nil) async throws {
        let arguments = (namespace.map { ["-netns", $0] } ?? []) + ["-batch", "-"]
        try await SystemCommand("ip", arguments, input: lines.joined(separator: "\n") + "\n").succeed()
    }

    /// A network namespace is a mount: an empty file with its name is only what one left behind.
    private static func isMountPoint(_ path: String) -> Bool {
        guard let file = FileStatus(path),
            let folder = FileStatus(URL(filePath: path).deletingLastPathComponent().path)
        else { return false }
        return file.device != folder.device
    }
}
