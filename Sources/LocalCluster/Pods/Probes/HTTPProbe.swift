import Core
import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL

/// One GET on a connection of its own, as the kubelet makes it; failures are worded like Go's.
struct HTTPProbe {
    let get: ProbeAction.HTTPGet
    let address: String
    let timeout: Duration

    private var host: String { self.get.host ?? address }
    private var url: String { "\(get.isSecure ? "https" : "http")://\(host):\(get.port)\(get.path)" }

    /// Success is any status from 200 to 399.
    func run() async -> ProbeOutcome {
        do {
            let status = try await Deadline.run(timeout) { try await request() }
            guard let status else {
                return .failure(
                    "Get \"\(url)\": context deadline exceeded (Client.Timeout exceeded while awaiting headers)"
                )
            }
            return (200..<400).contains(status) ? .success : .failure("HTTP probe failed with statuscode: \(status)")
        } catch {
            let reason = ConnectionFailure(error)
            return .failure(
                "Get \"\(url)\": \(reason.text(to: "\(host):\(get.port)"))",
                isRefused: reason.isRefused
            )
        }
    }

    private func request() async throws -> Int {
        let secure = get.isSecure ? try NIOSSLContext(configuration: Self.tls) : nil
        let channel = try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .connectTimeout(.nanoseconds(timeout.nanoseconds))
            .connect(host: host, port: get.port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    if let secure {
                        try channel.pipeline.syncOperations.addHandler(
                            try NIOSSLClientHandler(context: secure, serverHostname: nil)
                        )
                    }
                    try channel.pipeline.syncOperations.addHTTPClientHandlers()
                    return try NIOAsyncChannel<HTTPClientResponsePart, HTTPClientRequestPart>(
                        wrappingChannelSynchronously: channel
                    )
                }
            }
        return try await channel.executeThenClose { inbound, outbound in
            var head = HTTPRequestHead(version: .http1_1, method: .GET, uri: get.path)
            for header in get.headers { head.headers.add(name: header.name, value: header.value) }
            if !head.headers.contains(name: "Host") { head.headers.add(name: "Host", value: "\(host):\(get.port)") }
            if !head.headers.contains(name: "User-Agent") {
                head.headers.add(name: "User-Agent", value: "kube-probe/1.36")
            }
            if !head.headers.contains(name: "Accept") { head.headers.add(name: "Accept", value: "*/*") }
            head.headers.replaceOrAdd(name: "Connection", value: "close")
            try await outbound.write(contentsOf: [.head(head), .end(nil)])
            for try await part in inbound {
                if case .head(let response) = part { return Int(response.status.code) }
            }
            throw ConnectionFailure.closed
        }
    }

    /// Probes do not check certificates (Kubernetes' rule).
    private static var tls: TLSConfiguration {
        var configuration = TLSConfiguration.makeClientConfiguration()
        // slipway:allow(tls-verification-off) Kubernetes probes the pod's own address, and so without a name to verify
        configuration.certificateVerification = .none
        return configuration
    }
}

/// Whether somebody accepts connections on a port.
struct TCPProbe {
    let host: String
    let port: Int
    let timeout: Duration

    func run() async -> ProbeOutcome {
        do {
            let channel = try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
                .connectTimeout(.nanoseconds(timeout.nanoseconds))
                .connect(host: host, port: port)
                .get()
            try? await channel.close()
            return .success
        } catch {
            let reason = ConnectionFailure(error)
            return .failure(reason.text(to: "\(host):\(port)"), isRefused: reason.isRefused)
        }
    }
}

/// Why a connection failed, in Go's words.
enum ConnectionFailure: Error {
    case system(Int32)
    case timeout
    case closed
    case other(String)

    init(_ error: any Error) {
        switch error {
        case let failure as ConnectionFailure: self = failure
        case let failure as IOError: self = .system(failure.errnoCode)
        case ChannelError.connectTimeout: self = .timeout
        case let failure as NIOConnectionError:
            let first = failure.connectionErrors.first?.error
            self = first.map { Self($0) } ?? .other("no such host")
        default: self = .other("\(error)")
        }
    }

    var isRefused: Bool {
        if case .system(ECONNREFUSED) = self { true } else { false }
    }

    func text(to address: String) -> String {
        switch self {
        case .system(ECONNRESET): "read tcp \(address): read: connection reset by peer"
        case .system(let code):
            "dial tcp \(address): connect: \(String(cString: strerror(code)).lowercased())"
        case .timeout: "dial tcp \(address): i/o timeout"
        case .closed: "EOF"
        case .other(let text): text
        }
    }
}

extension Duration {
    var nanoseconds: Int64 {
        components.seconds * 1_000_000_000 + components.attoseconds / 1_000_000_000
    }
}

/// Bounds the time of an operation.
enum Deadline {
    /// - Returns: nil when the time is over; the operation is cancelled then.
    static func run<Value: Sendable>(
        _ limit: Duration,
        _ operation: @escaping @Sendable () async throws -> Value
    ) async throws -> Value? {
        try await withThrowingTaskGroup(of: Value?.self) { group in
            group.addTask { try await operation() }
            group.addTask {
                try await Task.sleep(for: limit)
                return nil
            }
            defer { group.cancelAll() }
            return try await group.next() ?? nil
        }
    }
}
