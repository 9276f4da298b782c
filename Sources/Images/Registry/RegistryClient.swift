import AsyncHTTPClient
import Core
import Foundation
import NIOCore
import NIOHTTP1

/// Pulls from and pushes to registries (OCI distribution 1.1; Docker's registry 2 is one of them).
package struct RegistryClient: Sendable {
    package struct Options: Sendable {
        package var credentials = RegistryCredentials()
        package var retries = RetryPolicy()
        /// Talks without encryption to registries elsewhere too. Credentials are not sent then.
        package var plainHTTP = false
        /// Blobs above this are sent in pieces of this size, in bytes.
        package var chunkSize: Int64 = 32 << 20
        /// How many blobs are on the way at once.
        package var parallel = 4
        /// Silence on a connection after which it counts as broken.
        package var silence: Duration = .seconds(60)

        package init() {}
    }

    let options: Options
    let transport: RegistryTransport

    /// Runs `body` with a client whose connections are closed afterwards.
    package static func withClient<Value>(
        _ options: Options = Options(),
        _ body: (RegistryClient) async throws -> Value
    ) async throws -> Value {
        var configuration = HTTPClient.Configuration()
        configuration.redirectConfiguration = .disallow
        configuration.timeout.connect = .seconds(30)
        configuration.timeout.read = TimeAmount(options.silence)
        configuration.decompression = .disabled
        // A refused connection is said at once; whether to try again is the retry policy's matter.
        configuration.connectionPool.retryConnectionEstablishment = false
        let http = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
        let transport = RegistryTransport(client: http, credentials: options.credentials, retries: options.retries)
        do {
            let value = try await body(RegistryClient(options: options, transport: transport))
            try await http.shutdown()
            return value
        } catch {
            try? await http.shutdown()
            throw error
        }
    }

    func address(_ reference: ImageReference) -> RegistryAddress {
        RegistryAddress(reference, plainHTTP: options.plainHTTP)
    }

    /// What to do about an answer that is not the one hoped for.
    func failure(_ response: HTTPClientResponse, _ what: String, _ address: RegistryAddress) async -> SlipwayError {
        let body = try? await response.body.collect(upTo: 64 << 10)
        let json = body.flatMap { try? JSON(parsing: String(buffer: $0)) }
        let message = (json?["errors"]?.array ?? []).map { error in
            [error["code"]?.string, error["message"]?.string].compactMap { $0 }.joined(separator: ": ")
        }
        let answer = "\(address.registry) answers \(response.status.code)"
        let next: String?
        switch response.status.code {
        case 401, 403: next = "Check that the account may do this: docker login \(address.registry)"
        case 404: next = "Check the name \(address.registry)/\(address.repository)."
        case 429: next = "Wait a little and run the command again."
        default: next = nil
        }
        return SlipwayError(
            .external,
            what,
            why: message.isEmpty ? answer : "\(answer): \(message.joined(separator: "; "))",
            next: next
        )
    }
}

extension TimeAmount {
    init(_ duration: Duration) {
        let parts = duration.components
        self = .nanoseconds(parts.seconds * 1_000_000_000 + parts.attoseconds / 1_000_000_000)
    }
}
