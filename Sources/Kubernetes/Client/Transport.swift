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
    private let credentials: CredentialStore
    private let http: HTTPClient
    /// Watches have a limit on silence; other streams may be silent for hours.
    private let watchHTTP: HTTPClient
    private let clock: any Clock<Duration>
    private let baseURL: String
    private let hostHeader: String

    init(
        _ connection: ClusterConnection,
        connectTimeout: Duration,
        watchSilence: Duration,
        clock: any Clock<Duration>
    ) throws {
        self.connection = connection
        self.clock = clock
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

    /// The answer, whatever its status; retried as the request allows.
    func send(_ request: APIRequest) async throws -> APIResponse {
        do {
            return try await withDeadline(request.timeout, clock: clock) { try await self.attempts(request) }
        } catch is DeadlineExceeded {
            throw error(.timedOut, request, "no answer within \(request.timeout.formatted)")
        }
    }

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

    private func attempts(_ request: APIRequest) async throws -> APIResponse {
        var backoff = Backoff()
        var renewed = false
        while true {
            do {
                let response = try await once(request)
                if response.status == 401, !renewed, await credentials.invalidate() {
                    renewed = true
                    continue
                }
                guard let pause = Self.pause(after: response, to: request, backoff: &backoff) else { return response }
                try await clock.sleep(for: pause)
            } catch let error where error is CancellationError || Task.isCancelled {
                throw CancellationError()
            } catch let error as SlipwayError {
                throw error
            } catch {
                let failure = classify(error, request)
                guard failure.kind == .unreachable, Self.mayRepeat(request, after: error) else { throw failure }
                try await clock.sleep(for: backoff.next())
            }
        }
    }

    private static func mayRepeat(_ request: APIRequest, after error: any Error) -> Bool {
        switch request.retry {
        case .never: false
        case .always: true
        case .whenNotProcessed: error is NIOConnectionError || error as? HTTPClientError == .connectTimeout
        }
    }

    /// How long to wait before the same request again; nil where the answer is final.
    private static func pause(after response: APIResponse, to request: APIRequest, backoff: inout Backoff) -> Duration?
    {
        guard request.retry.allowsRepeats, response.status == 429 || (500...504).contains(response.status) else {
            return nil
        }
        if let seconds = response.headers.first(name: "Retry-After").flatMap({ Int($0) }), seconds >= 0 {
            return .seconds(seconds) + backoff.next()
        }
        if response.status == 429 { return backoff.next() }
        guard case .always = request.retry, response.status != 500 else { return nil }
        return backoff.next()
    }

    private func once(_ request: APIRequest) async throws -> APIResponse {
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
                let body = try await response.body.collect(upTo: 1 << 20)
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

    // MARK: - Errors

    func error(_ kind: ClusterError.Kind, _ request: APIRequest, _ why: String) -> ClusterError {
        ClusterError(kind, cluster: connection.name, action: request.action, why: why)
    }

    func classify(_ failure: any Error, _ request: APIRequest) -> ClusterError {
        switch failure {
        case let failure as ClusterError: failure
        case let failure as NIOSSLError: error(.tls, request, Self.words(failure))
        case let failure as NIOSSLExtraError: error(.tls, request, "\(failure)")
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
