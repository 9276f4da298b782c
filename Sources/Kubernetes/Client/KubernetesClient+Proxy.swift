import Core
import Foundation
import NIOCore
import NIOHTTP1

/// A request to a pod or service, sent through the API server.
package struct ProxyRequest: Sendable {
    package var method: String
    /// With a leading `/`; may carry a query.
    package var path: String
    package var headers: [(String, String)]
    package var body: Data?
    package var timeout: Duration
    /// Bytes of answer that are read at most.
    package var bodyLimit: Int

    package init(
        _ path: String,
        method: String = "GET",
        headers: [(String, String)] = [],
        body: Data? = nil,
        timeout: Duration = .seconds(10),
        bodyLimit: Int = 4 << 20
    ) {
        self.path = path
        self.method = method
        self.headers = headers
        self.body = body
        self.timeout = timeout
        self.bodyLimit = bodyLimit
    }
}

/// What the pod or service answered.
package struct ProxyResponse: Sendable {
    package let status: Int
    package let headers: [(name: String, value: String)]
    package let body: Data
    /// From sending the request to having the whole answer, the way through the API server included.
    package let duration: Duration

    package var text: String { String(decoding: body, as: UTF8.self) }

    /// Why the API server could not reach the pod; nil where the answer is the pod's own.
    package var proxyFailure: KubernetesStatusError? {
        guard status >= 400, let json = try? JSON(parsing: body), json["kind"]?.string == "Status",
            json["apiVersion"]?.string == "v1", json["code"]?.int == status
        else { return nil }
        return KubernetesStatusError(json, httpStatus: status)
    }
}

extension KubernetesClient {
    /// Asks one pod, whether or not it is ready; `port` is a number, or the name of a container's port.
    package func podProxy(
        pod: String,
        namespace: String,
        port: String,
        isTLS: Bool = false,
        _ request: ProxyRequest
    ) async throws -> ProxyResponse {
        let name = "\(isTLS ? "https:" : "")\(pod):\(port)"
        return try await proxy(Target(type: .pod, namespace: namespace, name: name, subresource: "proxy"), request)
    }

    /// Asks a service: one of its ready pods answers. `port` is the number or the name of a port of the service.
    package func serviceProxy(
        service: String,
        namespace: String,
        port: String,
        isTLS: Bool = false,
        _ request: ProxyRequest
    ) async throws -> ProxyResponse {
        let name = "\(isTLS ? "https:" : "")\(service):\(port)"
        return try await proxy(Target(type: .service, namespace: namespace, name: name, subresource: "proxy"), request)
    }

    private func proxy(_ target: Target, _ wanted: ProxyRequest) async throws -> ProxyResponse {
        // A path that climbs would leave the pod's proxy and ask the API itself.
        let segments = wanted.path.prefix { $0 != "?" }.split(separator: "/")
        guard wanted.path.hasPrefix("/"), !wanted.path.contains(where: { $0.isWhitespace || $0 == "#" }),
            !segments.contains(where: { [".", ".."].contains($0.lowercased().replacing("%2e", with: ".")) })
        else {
            throw SlipwayError(
                .invalidInput,
                "\"\(wanted.path)\" is no path to ask for",
                next: "Begin it with a slash; it may hold neither white space, # nor .. segments."
            )
        }
        var request = request(HTTPMethod(rawValue: wanted.method), target, "ask")
        // The name holds colons, which a path segment may; the API server wants them plain.
        request.path = target.path.replacing("%3A", with: ":") + wanted.path
        request.action += " for \(wanted.path)"
        request.headers = wanted.headers
        if !wanted.headers.contains(where: { $0.0.lowercased() == "accept" }) {
            request.headers.append(("Accept", "*/*"))
        }
        request.body = wanted.body.map { ByteBuffer(bytes: $0) }
        request.timeout = wanted.timeout
        request.bodyLimit = wanted.bodyLimit
        request.retry = .never
        let start = ContinuousClock.now
        let response = try await transport.send(request)
        return ProxyResponse(
            status: response.status,
            headers: response.headers.map { ($0.name, $0.value) },
            body: response.body.data,
            duration: ContinuousClock.now - start
        )
    }
}
