import AsyncHTTPClient
import Core
import Foundation
import HTTPTypes
import Hummingbird
import Kubernetes
import NIOCore
import NIOHTTP1
import NIOPosix

/// `pods/NAME/proxy/…` and `services/NAME/proxy/…`: hands a request to a pod, with any method, path and body.
struct ProxyHandler: Sendable {
    let resolver: ProxyResolver
    let client: HTTPClient

    /// How long a pod may take to answer.
    private static let timeout = TimeAmount.seconds(60)

    func respond(_ resource: ServedResource, _ target: ResourceTarget, _ request: APIRequest) async throws -> Response {
        let destination = try ProxyDestination(target.name ?? "")
        let tail = target.tail ?? ""
        let query = request.query.text.isEmpty ? "" : "?\(request.query.text)"
        // A page at `…/proxy` would resolve its links one level too high.
        if tail.isEmpty, request.method == .get || request.method == .head {
            let headers: HTTPFields = [.location: "\(request.path)/\(query)"]
            return Response(status: .movedPermanently, headers: headers)
        }
        let address =
            resource.type == .pod
            ? try await resolver.pod(destination, namespace: target.namespace)
            : try await resolver.service(destination, namespace: target.namespace)
        let host = address.host.contains(":") ? "[\(address.host)]" : address.host
        let url = "\(destination.scheme)://\(host):\(address.port)\(tail.isEmpty ? "/" : tail)\(query)"
        do {
            let response = try await client.execute(Self.outgoing(request, url), timeout: Self.timeout)
            let prefix = String(request.path.dropLast(tail.count))
            return Self.incoming(response, prefix: prefix, origin: "\(destination.scheme)://\(host):\(address.port)")
        } catch {
            throw KubernetesStatusError.serviceUnavailable(
                "error trying to reach service: \(ProxyFailure.text(error, address))"
            )
        }
    }

    /// Headers that belong to one connection, and the credentials for this server, which are not the pod's business.
    private static let droppedHeaders: Set<String> = [
        "authorization", "connection", "content-length", "expect", "host", "keep-alive", "proxy-authenticate",
        "proxy-authorization", "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade",
    ]

    private static func outgoing(_ request: APIRequest, _ url: String) -> HTTPClientRequest {
        var outgoing = HTTPClientRequest(url: url)
        outgoing.method = HTTPMethod(rawValue: request.method.rawValue)
        for field in request.http.headers where !droppedHeaders.contains(field.name.canonicalName) {
            outgoing.headers.add(name: field.name.rawName, value: field.value)
        }
        outgoing.headers.replaceOrAdd(name: "X-Forwarded-Uri", value: request.path)
        let length = request.http.headers[.contentLength].flatMap { Int64($0) }
        if let length, length > 0 {
            outgoing.body = .stream(request.http.body, length: .known(length))
        } else if request.http.headers[.transferEncoding] != nil {
            outgoing.body = .stream(request.http.body, length: .unknown)
        }
        return outgoing
    }

    private static func incoming(_ response: HTTPClientResponse, prefix: String, origin: String) -> Response {
        var headers = HTTPFields()
        for (name, value) in response.headers {
            guard let name = HTTPField.Name(name), !droppedHeaders.contains(name.canonicalName) else { continue }
            headers.append(HTTPField(name: name, value: value))
        }
        if let location = headers[.location] {
            // The pod's own paths are below the proxy's.
            let path = location.hasPrefix(origin) ? String(location.dropFirst(origin.count)) : location
            if path.hasPrefix("/") { headers[.location] = prefix + path }
        }
        let length = response.headers.first(name: "content-length").flatMap { Int($0) }
        let body = ResponseBody(contentLength: length) { writer in
            for try await buffer in response.body { try await writer.write(buffer) }
            try await writer.finish(nil)
        }
        return Response(status: .init(code: Int(response.status.code)), headers: headers, body: body)
    }
}

/// Why a pod could not be reached, worded as Kubernetes (that is, Go) words it.
enum ProxyFailure {
    static func text(_ error: any Error, _ address: PodAddress) -> String {
        let dial = "dial tcp \(address.host):\(address.port): "
        switch error {
        case let failure as NIOConnectionError:
            guard let first = failure.connectionErrors.first?.error as? IOError else { break }
            return dial + text(errno: first.errnoCode)
        case let failure as IOError: return dial + text(errno: failure.errnoCode)
        case let failure as HTTPClientError:
            if failure == .connectTimeout { return dial + "i/o timeout" }
            if failure == .deadlineExceeded || failure == .readTimeout { return "context deadline exceeded" }
            if failure == .remoteConnectionClosed { return "EOF" }
        default: break
        }
        return dial + "\(error)"
    }

    private static func text(errno code: CInt) -> String {
        switch code {
        case ECONNREFUSED: "connect: connection refused"
        case EHOSTUNREACH: "connect: no route to host"
        case ENETUNREACH: "connect: network is unreachable"
        case ETIMEDOUT: "connect: connection timed out"
        case ECONNRESET: "read: connection reset by peer"
        default: "connect: \(String(cString: strerror(code)))"
        }
    }
}
