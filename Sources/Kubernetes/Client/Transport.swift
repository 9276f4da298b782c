import AsyncHTTPClient
import Core
import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL

/// Sends requests over HTTP: credentials, TLS, time limits, retries, errors in words.
final class Transport: Sendable {
    let connection: ClusterConnection
    let credentials: CredentialStore
    private let http: HTTPClient
    /// Watches have a limit on silence; other streams may be silent for hours.
    private let watchHTTP: HTTPClient
    let clock: any Clock<Duration>
    /// How long a cluster that cannot be reached is asked again, within the call's own time.
    let outagePatience: Duration
    private let baseURL: String
    private let hostHeader: String

    init(
        _ connection: ClusterConnection,
        connectTimeout: Duration,
        watchSilence: Duration,
        outagePatience: Duration,
        clock: any Clock<Duration>
    ) throws {
        self.connection = connection
        self.clock = clock
        self.outagePatience = outagePatience
        credentials = CredentialStore(connection)
        var configuration = HTTPClient.Configuration(
            redirectConfiguration: .disallow,
            timeout: .init(connect: TimeAmount(connectTimeout))
        )
        // A watch keeps its connection; many may run beside ordinary calls.
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 64
        configuration.connectionPool.retryConnectionEstablishment = false
        configuration.httpVersion = .http1Only
        configuration.proxy = try connection.proxy.map(Self.proxy)
        let host = connection.server.host() ?? ""
        var authority = host.contains(":") ? "[\(host)]" : host
        if let port = connection.server.port { authority += ":\(port)" }
        hostHeader = authority
        if let name = connection.tls.serverName {
            // The certificate is checked against the URL's host, so the URL names it and the address is looked up here.
            configuration.dnsOverride = [name: host]
            authority = name + (connection.server.port.map { ":\($0)" } ?? "")
        }
        let path = connection.server.path()
        baseURL =
            "\(connection.server.scheme ?? "https")://\(authority)"
            + (path.hasSuffix("/") ? String(path.dropLast()) : path)
        http = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
        configuration.timeout.read = TimeAmount(watchSilence)
        watchHTTP = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }

    private static func proxy(_ url: URL) throws -> HTTPClient.Configuration.Proxy {
        let host = url.host() ?? ""
        if url.scheme == "socks5" { return .socksServer(host: host, port: url.port ?? 1080) }
        guard url.scheme == "http" else {
            throw SlipwayError(
                .invalidInput,
                "Slipway cannot use the proxy \(url.scheme ?? "")://\(host)",
                next: "Use an http:// or socks5:// proxy."
            )
        }
        let authorization = url.user(percentEncoded: false).map {
            HTTPClient.Authorization.basic(username: $0, password: url.password(percentEncoded: false) ?? "")
        }
        return .server(host: host, port: url.port ?? 80, authorization: authorization)
    }

    func shutdown() async throws {
        try await http.shutdown()
        try await watchHTTP.shutdown()
    }

    // MARK: - Whole answers

    /// The answer's JSON.
    ///
    /// - Throws: `KubernetesStatusError` for every status that is not 2xx.
    func json(_ request: APIRequest) async throws -> JSON {
        let response = try await send(request)
        try check(response, request)
        guard let json = try? JSON(parsing: response.body.data) else {
            throw error(.malformed, request, "the answer is no JSON: \(Self.excerpt(response.body))")
        }
        return json
    }

    func check(_ response: APIResponse, _ request: APIRequest) throws {
        guard !(200..<300).contains(response.status) else { return }
        throw statusError(response, request)
    }

    private func statusError(_ response: APIResponse, _ request: APIRequest) -> KubernetesStatusError {
        var error = Self.statusError(response)
        error.context = .init(action: request.action, cluster: connection.name)
        return error
    }

    private static func statusError(_ response: APIResponse) -> KubernetesStatusError {
        if let json = try? JSON(parsing: response.body.data) {
            return KubernetesStatusError(json, httpStatus: response.status)
        }
        let text = excerpt(response.body)
        return KubernetesStatusError(
            response.status,
            .unknown,
            "HTTP \(response.status)" + (text.isEmpty ? "" : ": \(text)")
        )
    }

    private static func excerpt(_ body: ByteBuffer) -> String {
        String(String(buffer: body).prefix(300)).trimmingCharacters(in: .whitespacesAndNewlines)
    }

    func once(_ request: APIRequest) async throws -> APIResponse {
        let response = try await http.execute(try await prepared(request), deadline: .distantFuture)
        let body: ByteBuffer
        do {
            body = try await response.body.collect(upTo: request.bodyLimit)
        } catch is NIOTooManyBytesError {
            throw error(.tooLarge, request, "the answer is larger than \(request.bodyLimit) bytes")
        }
        try Task.checkCancellation()
        return APIResponse(status: Int(response.status.code), headers: response.headers, body: body)
    }

    // MARK: - Streams

    /// The head of an answer whose body is read as it comes; the time limit is for the head only.
    func stream(_ request: APIRequest, isWatch: Bool = false) async throws -> HTTPClientResponse {
        let client = isWatch ? watchHTTP : http
        do {
            let response = try await client.execute(
                try await prepared(request),
                deadline: .now() + TimeAmount(request.timeout)
            )
            guard response.status.code == 200 else {
                let body = try await withDeadline(request.timeout, clock: clock) {
                    try await response.body.collect(upTo: 1 << 20)
                }
                if response.status.code == 401 { _ = await credentials.invalidate() }
                throw statusError(
                    APIResponse(status: Int(response.status.code), headers: response.headers, body: body),
                    request
                )
            }
            return response
        } catch let error where error is KubernetesStatusError || error is SlipwayError {
            throw error
        } catch let error where error is CancellationError || Task.isCancelled {
            throw CancellationError()
        } catch {
            throw classify(error, request)
        }
    }

    private func prepared(_ request: APIRequest) async throws -> HTTPClientRequest {
        let current = try await credentials.get()
        var prepared = HTTPClientRequest(url: baseURL + request.path + URLEncoding.query(request.query))
        prepared.method = request.method
        prepared.tlsConfiguration = current.tls
        for (name, value) in request.headers { prepared.headers.add(name: name, value: value) }
        if !prepared.headers.contains(name: "Accept") {
            prepared.headers.add(name: "Accept", value: "application/json")
        }
        prepared.headers.replaceOrAdd(name: "Host", value: hostHeader)
        prepared.headers.replaceOrAdd(name: "User-Agent", value: "slipway")
        if let authorization = current.authorization {
            prepared.headers.replaceOrAdd(name: "Authorization", value: authorization.reveal())
        }
        for (name, value) in connection.impersonation?.headers ?? [] { prepared.headers.add(name: name, value: value) }
        if let body = request.body { prepared.body = .bytes(body) }
        return prepared
    }
}
