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

    func run(at start: URL) async throws {
        var location = start
        if blob.size > chunkSize { location = try await sendChunks(to: location) }
        let isWhole = blob.size <= chunkSize
        let request = RegistryRequest(
            method: .PUT,
            url: try Self.adding(blob.digest, to: location),
            headers: [("Content-Type", "application/octet-stream")] + (isWhole ? [] : [("Content-Length", "0")]),
            body: isWhole ? .file(file, offset: 0, length: blob.size) : .none,
            scopes: address.scopes("pull,push")
        )
        let response = try await client.transport.send(request, registry: address.registry)
        guard response.status == .created || response.status == .accepted || response.status == .noContent else {
            throw await client.failure(response, "Cannot send the blob \(blob.digest)", address)
        }
        try await client.transport.discard(response)
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
                body: .file(file, offset: position, length: length),
                scopes: address.scopes("pull,push"),
                isRepeatable: false
            )
            do {
                let response = try await client.transport.send(request, registry: address.registry)
                if response.status == .accepted {
                    try await client.transport.discard(response)
                    location = try Self.location(response, relativeTo: location)
                    position = Self.received(response) ?? position + length
                    failures = 0
                    continue
                }
                let isOutOfStep = response.status == .rangeNotSatisfiable
                guard isOutOfStep || RetryPolicy.isTransient(response.status) else {
                    throw await client.failure(response, "Cannot send the blob \(blob.digest)", address)
                }
                try await client.transport.discard(response)
            } catch let error as SlipwayError where error.exitCode != .external || failures >= limit {
                throw error
            } catch is CancellationError {
                throw CancellationError()
            } catch {
                if failures >= limit { throw error }
            }
            failures += 1
            guard failures <= limit else {
                throw SlipwayError(.external, "The registry \(address.registry) does not take the blob \(blob.digest)")
            }
            try await Task.sleep(for: client.options.retries.delay(attempt: failures, retryAfter: nil))
            (location, position) = try await standing(of: location)
        }
        return location
    }

    private var limit: Int { client.options.retries.attempts }

    /// Asks an upload how far it is.
    private func standing(of location: URL) async throws -> (URL, Int64) {
        let request = RegistryRequest(url: location, scopes: address.scopes("pull,push"))
        let response = try await client.transport.send(request, registry: address.registry)
        guard response.status == .noContent || response.status == .ok || response.status == .accepted else {
            throw await client.failure(response, "The upload of the blob \(blob.digest) is lost", address)
        }
        try await client.transport.discard(response)
        let next = (try? Self.location(response, relativeTo: location)) ?? location
        return (next, Self.received(response) ?? 0)
    }

    /// How many bytes the registry has, by `Range: 0-LAST`. Docker's registry says `0-0` for none and for one byte: one
    /// byte is never a piece, so it means none.
    private static func received(_ response: HTTPClientResponse) -> Int64? {
        guard let range = response.headers.first(name: "Range") else { return nil }
        let plain = range.hasPrefix("bytes=") ? range.dropFirst(6) : range[...]
        let parts = plain.split(separator: "-")
        guard parts.count == 2, parts[0] == "0", let last = Int64(parts[1]) else { return nil }
        return last == 0 ? 0 : last + 1
    }

    /// Where the next request goes: absolute or relative, with or without a query of its own.
    static func location(_ response: HTTPClientResponse, relativeTo url: URL) throws -> URL {
        guard let text = response.headers.first(name: "Location"),
            let location = URL(string: text, relativeTo: url)?.absoluteURL
        else { throw SlipwayError(.external, "The registry \(url.host() ?? "") does not say where to send a blob") }
        let isSafe = location.scheme == "https" || (location.scheme == "http" && url.scheme == "http")
        // The upload carries the same credentials, so it must stay with the same registry.
        guard isSafe, RegistryTransport.Origin(location) == RegistryTransport.Origin(url) else {
            throw SlipwayError(
                .external,
                "The registry \(url.host() ?? "") sends uploads to another place, which is refused",
                why: location.absoluteString
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
