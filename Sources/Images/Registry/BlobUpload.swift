import AsyncHTTPClient
import Core
import Foundation
import NIOHTTP1

/// Sends one blob: small ones at once, large ones in pieces that can be taken up again where a connection broke.
struct BlobUpload: Sendable {
    let client: RegistryClient
    let address: RegistryAddress
    let blob: Descriptor
    let file: URL
    let chunkSize: Int64
    /// Called with the number of bytes that have left for the registry, from the blob's beginning.
    let progress: @Sendable (Int64) -> Void

    /// The upload broke off in a way that a new one may mend.
    struct Interrupted: Error {
        let reason: SlipwayError
    }

    private enum Answer {
        case response(HTTPClientResponse)
        /// Worth another try.
        case trouble(SlipwayError, retryAfter: String?)
    }

    func run(at start: URL) async throws {
        let isChunked = blob.size > chunkSize
        let location = isChunked ? try await sendChunks(to: start) : start
        let request = RegistryRequest(
            method: .PUT,
            url: try Self.adding(blob.digest, to: location),
            headers: [("Content-Type", "application/octet-stream")] + (isChunked ? [("Content-Length", "0")] : []),
            body: isChunked ? .none : piece(0, blob.size),
            scopes: address.scopes("pull,push")
        )
        switch try await send(request) {
        case .trouble(let reason, _): throw Interrupted(reason: reason)
        case .response(let response):
            guard [.created, .accepted, .noContent].contains(response.status) else {
                throw await client.failure(response, "Cannot send the blob \(blob.digest)", address)
            }
            try await client.transport.discard(response)
        }
    }

    private func piece(_ offset: Int64, _ length: Int64) -> RegistryRequest.Body {
        .file(FileChunks(url: file, offset: offset, length: length) { progress(offset + $0) })
    }

    /// One attempt, because bytes of an upload are not repeated blindly.
    private func send(_ request: RegistryRequest) async throws -> Answer {
        do {
            let response = try await client.transport.attempt(request, registry: address.registry)
            guard RetryPolicy.isTransient(response.status) else { return .response(response) }
            let asked = response.headers.first(name: "Retry-After")
            return .trouble(
                await client.failure(response, "Cannot send the blob \(blob.digest)", address),
                retryAfter: asked
            )
        } catch let error where RetryPolicy.isTransient(error) {
            return .trouble(RegistryTransport.unreachable(request, error), retryAfter: nil)
        }
    }

    private func sendChunks(to start: URL) async throws -> URL {
        var location = start
        var position: Int64 = 0
        var failures = 0
        while position < blob.size {
            let length = min(chunkSize, blob.size - position)
            let request = RegistryRequest(
                method: .PATCH,
                url: location,
                headers: [
                    ("Content-Type", "application/octet-stream"),
                    ("Content-Range", "\(position)-\(position + length - 1)"),
                ],
                body: piece(position, length),
                scopes: address.scopes("pull,push")
            )
            var reason = SlipwayError(
                .external,
                "The registry \(address.registry) does not take the blob \(blob.digest)",
                why: "It says again and again that a piece is out of step (416)."
            )
            var retryAfter: String?
            switch try await send(request) {
            case .response(let response) where response.status == .accepted:
                try await client.transport.discard(response)
                location = try Self.location(response, relativeTo: location)
                let received = Self.received(response) ?? position + length
                if received > position { failures = 0 }
                position = min(received, position + length)
                if received > position { throw await lost("It claims \(received) bytes and was sent \(position).") }
                if failures == 0 { continue }
            case .response(let response) where response.status == .rangeNotSatisfiable:
                try await client.transport.discard(response)
            case .response(let response):
                throw await client.failure(response, "Cannot send the blob \(blob.digest)", address)
            case .trouble(let trouble, let asked): (reason, retryAfter) = (trouble, asked)
            }
            failures += 1
            guard failures < client.options.retries.attempts else { throw reason }
            try await Task.sleep(for: client.options.retries.delay(attempt: failures, retryAfter: retryAfter))
            (location, position) = try await standing(of: location)
        }
        return location
    }

    /// Asks an upload how far it is.
    private func standing(of location: URL) async throws -> (URL, Int64) {
        let request = RegistryRequest(url: location, scopes: address.scopes("pull,push"))
        let response = try await client.transport.send(request, registry: address.registry)
        guard [.noContent, .ok, .accepted].contains(response.status) else {
            // The registry has forgotten it: only a new upload helps.
            throw Interrupted(
                reason: await client.failure(response, "The upload of the blob \(blob.digest) is lost", address)
            )
        }
        try await client.transport.discard(response)
        let position = Self.received(response) ?? 0
        guard position <= blob.size else { throw await lost("It claims \(position) of \(blob.size) bytes.") }
        return ((try? Self.location(response, relativeTo: location)) ?? location, position)
    }

    private func lost(_ why: String) async -> Interrupted {
        Interrupted(
            reason: SlipwayError(
                .external,
                "The registry \(address.registry) lost count of the blob \(blob.digest)",
                why: why
            )
        )
    }

    /// How many bytes the registry has, by `Range: 0-LAST`. Docker's registry says `0-0` for none and for one byte: one
    /// byte is never a piece, so it means none.
    private static func received(_ response: HTTPClientResponse) -> Int64? {
        guard let range = response.headers.first(name: "Range") else { return nil }
        let plain = range.hasPrefix("bytes=") ? range.dropFirst(6) : range[...]
        let parts = plain.split(separator: "-")
        guard parts.count == 2, parts[0] == "0", let last = Int64(parts[1]), last < .max else { return nil }
        return last == 0 ? 0 : last + 1
    }

    /// Where the next request goes: absolute or relative, with or without a query of its own.
    static func location(_ response: HTTPClientResponse, relativeTo url: URL) throws -> URL {
        guard let text = response.headers.first(name: "Location"),
            let location = URL(string: text, relativeTo: url)?.absoluteURL
        else { throw SlipwayError(.external, "The registry \(url.host() ?? "") does not say where to send a blob") }
        // The upload carries the same credentials, so it must stay with the same registry.
        guard RegistryTransport.Origin(location) == RegistryTransport.Origin(url) else {
            throw SlipwayError(
                .external,
                "The registry \(url.host() ?? "") sends uploads to another place, which is refused",
                why: "\(location.scheme ?? "")://\(location.host() ?? "") is not where the upload began."
            )
        }
        return location
    }

    static func adding(_ digest: Digest, to location: URL) throws -> URL {
        var components = URLComponents(url: location, resolvingAgainstBaseURL: true)
        // The state in the query is the registry's own: it goes back as it came, byte for byte.
        let query = components?.percentEncodedQuery.map { "\($0)&" } ?? ""
        let encoded = digest.description.replacing(":", with: "%3A")
        components?.percentEncodedQuery = "\(query)digest=\(encoded)"
        guard let url = components?.url else {
            throw SlipwayError(.external, "The registry gave an address that is not valid: \(location)")
        }
        return url
    }
}
