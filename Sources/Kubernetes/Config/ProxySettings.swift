import Foundation

/// `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY`, read as Go programs read them.
struct ProxySettings {
    private let environment: [String: String]

    init(_ environment: [String: String]) { self.environment = environment }

    private func value(_ name: String) -> String? {
        [name, name.lowercased()].compactMap { environment[$0] }.first { !$0.isEmpty }
    }

    /// The proxy for a server; nil where it is to be reached directly. Loopback never goes through a proxy.
    func proxy(for server: URL) -> URL? {
        guard let host = server.host()?.lowercased(), !isLoopback(host), !isExcluded(host, port: server.port) else {
            return nil
        }
        guard let text = value(server.scheme == "https" ? "HTTPS_PROXY" : "HTTP_PROXY") else { return nil }
        guard let url = URL(string: text.contains("://") ? text : "http://\(text)"), url.host() != nil else {
            return nil
        }
        return url
    }

    private func isLoopback(_ host: String) -> Bool {
        host == "localhost" || host == "::1" || host.hasPrefix("127.")
    }

    private func isExcluded(_ host: String, port: Int?) -> Bool {
        (value("NO_PROXY") ?? "").split(separator: ",").contains { entry in
            var pattern = entry.trimmingCharacters(in: .whitespaces).lowercased()
            if pattern == "*" { return true }
            if pattern.contains("/") { return Self.contains(cidr: pattern, address: host) }
            if let colon = pattern.lastIndex(of: ":"), let wanted = Int(pattern[pattern.index(after: colon)...]) {
                guard wanted == port else { return false }
                pattern = String(pattern[..<colon])
            }
            if pattern.hasPrefix("*.") { pattern.removeFirst() }
            if pattern.hasPrefix(".") { return host.hasSuffix(pattern) }
            return host == pattern || host.hasSuffix(".\(pattern)")
        }
    }

    /// IPv4 only: ranges of IPv6 addresses are rare here and then match nothing.
    private static func contains(cidr: String, address: String) -> Bool {
        let parts = cidr.split(separator: "/")
        guard parts.count == 2, let bits = Int(parts[1]), (0...32).contains(bits),
            let network = number(String(parts[0])), let candidate = number(address)
        else { return false }
        let mask: UInt32 = bits == 0 ? 0 : ~UInt32(0) << UInt32(32 - bits)
        return network & mask == candidate & mask
    }

    private static func number(_ address: String) -> UInt32? {
        let parts = address.split(separator: ".", omittingEmptySubsequences: false).map { UInt8($0) }
        guard parts.count == 4, parts.allSatisfy({ $0 != nil }) else { return nil }
        return parts.compactMap { $0 }.reduce(0) { $0 << 8 | UInt32($1) }
    }
}
