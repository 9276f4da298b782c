import AsyncHTTPClient
import Core
import Foundation
import NIOPosix
import NIOSSL

/// What went wrong, in words.
extension Transport {
    func error(_ kind: ClusterError.Kind, _ request: APIRequest, _ why: String) -> ClusterError {
        ClusterError(kind, cluster: connection.name, action: request.action, why: why)
    }

    func classify(_ failure: any Error, _ request: APIRequest) -> ClusterError {
        switch failure {
        case let failure as ClusterError: failure
        case let failure as NIOSSLError: error(.tls, request, Self.words(failure))
        case let failure as NIOSSLExtraError: error(.tls, request, "\(failure)")
        case is DeadlineExceeded: error(.timedOut, request, "no answer within \(request.timeout.formatted)")
        case let failure as HTTPClientError where failure == .deadlineExceeded:
            error(.timedOut, request, "no answer within \(request.timeout.formatted)")
        case let failure as HTTPClientError where failure == .tlsHandshakeTimeout:
            error(.tls, request, "the TLS handshake did not end")
        default: error(.unreachable, request, "\(connection.server.absoluteString): \(Self.words(failure))")
        }
    }

    private static func words(_ failure: any Error) -> String {
        switch failure {
        case let failure as NIOSSLError:
            return "the TLS handshake failed: \(failure)"
        case let failure as NIOConnectionError:
            let reasons =
                failure.connectionErrors.map { "\($0.error)" }
                + [failure.dnsAError, failure.dnsAAAAError].compactMap { $0.map { "\($0)" } }
            return reasons.first.map { "no connection: \($0)" } ?? "no connection"
        case let failure as HTTPClientError:
            return failure.shortDescription
        default:
            return "\(failure)"
        }
    }
}

extension APIRequest.Retry {
    var allowsRepeats: Bool {
        if case .never = self { false } else { true }
    }
}

extension Duration {
    /// `30 s`, `1.5 s`.
    var formatted: String {
        let seconds = Double(components.seconds) + Double(components.attoseconds) / 1e18
        return seconds == seconds.rounded() ? "\(Int(seconds)) s" : "\(seconds) s"
    }
}
