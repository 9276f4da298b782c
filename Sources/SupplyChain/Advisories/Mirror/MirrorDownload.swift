import AsyncHTTPClient
import Core
import Crypto
import Foundation
import Images
import NIOCore

/// Fetches one file of an advisory mirror into a folder: only when it has changed, and going on where an earlier attempt
/// stopped.
package struct MirrorDownload: Sendable {
    package enum Outcome: Sendable, Hashable { case fetched, unchanged }

    private static let sizeLimit: Int64 = 4 << 30
    /// How long the mirror may be silent.
    private static let silence = TimeAmount.seconds(60)
    private static let attempts = 3

    let address: URL
    let folder: URL

    /// - Throws: `SlipwayError` for an address that is neither https nor on this machine.
    package init(_ address: URL, into folder: URL) throws {
        let host = address.host() ?? ""
        let isLocal = ["localhost", "127.0.0.1", "[::1]", "::1"].contains(host)
        guard address.scheme == "https" || (address.scheme == "http" && isLocal) else {
            throw SlipwayError(
                .invalidInput,
                "Advisories are fetched by https only, not from \(address)",
                why: "Whoever changes them on the way decides what is found."
            )
        }
        self.address = address
        self.folder = folder
    }

    private var name: String {
        String(Hexadecimal.encode(SHA256.hash(data: Data(address.absoluteString.utf8))).prefix(24))
    }
    /// The whole file, once it is there.
    package var file: URL { folder.appending(path: "\(name).zip") }
    private var part: URL { folder.appending(path: "\(name).part") }
    /// The entity tag of `file`, and that of `part`.
    private var tag: URL { folder.appending(path: "\(name).etag") }
    private var partTag: URL { folder.appending(path: "\(name).part-etag") }

    /// Fetches, trying again after a broken connection.
    ///
    /// - Parameter client: Sends the requests.
    /// - Returns: Whether anything is new.
    /// - Throws: `SlipwayError` where the mirror cannot be had; what is there stays.
    package func run(_ client: HTTPClient = .shared) async throws -> Outcome {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        var last: (any Error)?
        for _ in 0..<Self.attempts {
            do {
                return try await attempt(client)
            } catch let error as SlipwayError {
                throw error
            } catch let error as CancellationError {
                throw error
            } catch {
                last = error
            }
        }
        throw SlipwayError(
            .external,
            "Cannot fetch \(address)",
            why: last.map { "\($0)" },
            next: "Run the command again: it goes on where it stopped."
        )
    }

    private func attempt(_ client: HTTPClient) async throws -> Outcome {
        var request = HTTPClientRequest(url: address.absoluteString)
        request.headers.add(name: "Accept-Encoding", value: "identity")
        let existing = (try? FileManager.default.attributesOfItem(atPath: part.path)[.size] as? Int64) ?? 0
        let partEntity = text(partTag)
        if existing > 0, let partEntity {
            request.headers.add(name: "Range", value: "bytes=\(existing)-")
            request.headers.add(name: "If-Range", value: partEntity)
        } else if FileManager.default.fileExists(atPath: file.path), let entity = text(tag) {
            request.headers.add(name: "If-None-Match", value: entity)
        }
        let response = try await client.execute(request, timeout: .hours(1))
        switch response.status.code {
        case 304: return .unchanged
        case 200: try await receive(response, from: 0)
        case 206:
            guard start(of: response) == existing else { throw refused("it sent another part than asked for") }
            try await receive(response, from: existing)
        case 416:
            // What is here is longer than the file is now: begin again.
            try? FileManager.default.removeItem(at: part)
            throw Interrupted()
        case 500...599, 429: throw Interrupted()
        default: throw refused("it answered \(response.status.code)")
        }
        return .fetched
    }

    private struct Interrupted: Error, CustomStringConvertible {
        var description: String { "the mirror broke off or is busy" }
    }

    private func refused(_ why: String) -> SlipwayError {
        SlipwayError(.external, "Cannot fetch \(address)", why: "The mirror: \(why).")
    }

    private func start(of response: HTTPClientResponse) -> Int64? {
        response.headers.first(name: "Content-Range")?.firstMatch(of: /bytes ([0-9]+)-/).flatMap { Int64($0.1) }
    }

    /// Writes the body behind what is there, and makes it the file when it is whole.
    private func receive(_ response: HTTPClientResponse, from offset: Int64) async throws {
        let entity = response.headers.first(name: "ETag")
        let length = response.headers.first(name: "Content-Length").flatMap { Int64($0) }
        guard offset + (length ?? 0) <= Self.sizeLimit else { throw refused("the file is too large") }
        let output = try OpenFile.open(part, O_WRONLY | O_CREAT | (offset == 0 ? O_TRUNC : O_APPEND))
        try write(entity, to: partTag)
        var received = offset
        for try await buffer in response.body {
            received += Int64(buffer.readableBytes)
            guard received <= Self.sizeLimit else { throw refused("the file is too large") }
            try buffer.withUnsafeReadableBytes { try output.write($0) }
        }
        if let length, received != offset + length { throw Interrupted() }
        try output.synchronize()
        // A file that cannot be opened as what it is must not replace one that can.
        do {
            _ = try ZipArchive(part)
        } catch {
            try? FileManager.default.removeItem(at: part)
            throw error
        }
        try? FileManager.default.removeItem(at: file)
        try FileManager.default.moveItem(at: part, to: file)
        try write(entity, to: tag)
        try? FileManager.default.removeItem(at: partTag)
    }

    private func text(_ url: URL) -> String? {
        (try? String(contentsOf: url, encoding: .utf8)).flatMap { $0.isEmpty ? nil : $0 }
    }

    private func write(_ text: String?, to url: URL) throws {
        // A weak tag cannot say that bytes are the same.
        let strong = text.flatMap { $0.hasPrefix("W/") ? nil : $0 }
        try Data((strong ?? "").utf8).write(to: url, options: .atomic)
    }
}
