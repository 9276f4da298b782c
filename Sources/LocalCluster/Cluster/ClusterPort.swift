import Core
import Foundation

/// Finds a port of 127.0.0.1 for the API, the same one every time where that is possible.
enum ClusterPort {
    /// Below what systems give to outgoing connections, above what services are known by.
    private static let range = 20_000..<30_000

    /// The port of the last start if it is free, else another.
    ///
    /// - Throws: `SlipwayError` when none of many is free.
    static func choose(in directory: ClusterDirectory) throws(SlipwayError) -> Int {
        if let remembered = remembered(in: directory), isFree(remembered) { return remembered }
        for _ in 0..<200 {
            let port = Int.random(in: range)
            if isFree(port) { return port }
        }
        throw SlipwayError(.external, "No free port between \(range.lowerBound) and \(range.upperBound) was found")
    }

    static func remember(_ port: Int, in directory: ClusterDirectory) throws(SlipwayError) {
        try PrivateFile.write("\(port)\n", to: directory.port)
    }

    private static func remembered(in directory: ClusterDirectory) -> Int? {
        let text = try? String(contentsOf: directory.port, encoding: .utf8)
        return text.flatMap { Int($0.trimmingCharacters(in: .whitespacesAndNewlines)) }
            .flatMap { (1...65_535).contains($0) ? $0 : nil }
    }

    /// Whether a server could listen there now.
    static func isFree(_ port: Int) -> Bool {
        #if os(Linux)
            let descriptor = socket(AF_INET, CInt(SOCK_STREAM.rawValue), 0)
        #else
            let descriptor = socket(AF_INET, SOCK_STREAM, 0)
        #endif
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        var reuse: CInt = 1
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &reuse, socklen_t(MemoryLayout<CInt>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
    }
}
