import Core
import Foundation
import Kubernetes

/// The files below `/etc` that a pod's containers get from the pod: names of hosts, and where to ask for others.
struct PodFiles {
    let pod: KubernetesObject
    let address: String
    /// The node's address in the pods' network.
    let gateway: String
    let folder: URL

    static func hostname(of pod: KubernetesObject) -> String {
        let name = pod["spec", "hostname"]?.string.flatMap { $0.isEmpty ? nil : $0 } ?? pod.name
        // The kernel's limit is 64; Kubernetes' is a label's.
        return String(name.prefix(63)).trimmingCharacters(in: CharacterSet(charactersIn: "-."))
    }

    /// What is mounted where.
    static func mounts(_ folder: URL) -> [String: URL] {
        Dictionary(
            uniqueKeysWithValues: ["hosts", "hostname", "resolv.conf"].map {
                ("/etc/\($0)", folder.appending(path: $0))
            }
        )
    }

    func write() throws {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try write(hosts, "hosts")
        try write(Self.hostname(of: pod) + "\n", "hostname")
        try write(resolver, "resolv.conf")
    }

    private func write(_ text: String, _ name: String) throws {
        let url = folder.appending(path: name)
        try Data(text.utf8).write(to: url)
        chmod(url.path, 0o644)
    }

    private var hosts: String {
        let hostname = Self.hostname(of: pod)
        var names = hostname
        if let subdomain = pod["spec", "subdomain"]?.string, !subdomain.isEmpty {
            names = "\(hostname).\(subdomain).\(pod.namespace ?? "").svc.cluster.local\t\(hostname)"
        }
        var lines = [
            "# Kubernetes-managed hosts file.", "127.0.0.1\tlocalhost", "::1\tlocalhost ip6-localhost ip6-loopback",
            "\(address)\t\(names)",
        ]
        for alias in pod["spec", "hostAliases"]?.array ?? [] {
            let aliases = (alias["hostnames"]?.array ?? []).compactMap(\.string).joined(separator: "\t")
            lines.append("\(alias["ip"]?.string ?? "")\t\(aliases)")
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// No name server answers here but those the pod brings along: nothing a pod asks leaves the machine.
    private var resolver: String {
        let own = pod["spec", "dnsConfig"]
        let servers = (own?["nameservers"]?.array ?? []).compactMap(\.string)
        var searches = (own?["searches"]?.array ?? []).compactMap(\.string)
        var options = (own?["options"]?.array ?? []).compactMap { option in
            option["name"]?.string.map { name in option["value"]?.string.map { "\(name):\($0)" } ?? name }
        }
        if pod["spec", "dnsPolicy"]?.string != "None" {
            let zone = "svc.cluster.local"
            searches = ["\(pod.namespace ?? "default").\(zone)", zone, "cluster.local"] + searches
            if !options.contains(where: { $0.hasPrefix("ndots:") }) { options.append("ndots:5") }
        }
        var lines = servers.map { "nameserver \($0)" }
        if !searches.isEmpty { lines.append("search \(searches.joined(separator: " "))") }
        if !options.isEmpty { lines.append("options \(options.joined(separator: " "))") }
        return lines.joined(separator: "\n") + "\n"
    }
}
