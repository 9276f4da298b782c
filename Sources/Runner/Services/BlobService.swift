import Foundation
import HTTPTypes
import Hummingbird
import NIOCore

/// The part of the block blob protocol that uploads and downloads of artifacts and caches use: whole blobs, blocks and
/// their list, and ranges.
struct BlobService: Sendable {
    let blobs: BlobStore

    func add(to router: Router<BasicRequestContext>) {
        router.put("blobs/:id") { try await put($0, id: $1.parameters.require("id")) }
        router.get("blobs/:id") { try await get($0, id: $1.parameters.require("id"), hasBody: true) }
        router.head("blobs/:id") { try await get($0, id: $1.parameters.require("id"), hasBody: false) }
    }

    private func put(_ request: Request, id: String) async throws -> Response {
        switch request.uri.queryParameters["comp"] {
        case "block"?:
            guard let name = request.uri.queryParameters["blockid"], let file = await blobs.block(String(name), of: id)
            else { return Response(status: .notFound) }
            try await Self.store(request, in: file)
        case "blocklist"?:
            let list = String(buffer: try await request.body.collect(upTo: 16 << 20))
            let names = list.matches(of: /<(?:Latest|Uncommitted|Committed)>([^<]+)</).map { String($0.1) }
            guard try await blobs.commit(names, of: id) else { return Response(status: .badRequest) }
        case nil:
            guard let file = await blobs.file(id, forWriting: true) else { return Response(status: .notFound) }
            try await Self.store(request, in: file)
        default: return Response(status: .badRequest)
        }
        return Response(status: .created, headers: Self.headers)
    }

    private static func store(_ request: Request, in file: URL) async throws {
        try Data().write(to: file)
        let handle = try FileHandle(forWritingTo: file)
        defer { try? handle.close() }
        for try await buffer in request.body { try handle.write(contentsOf: Data(buffer.readableBytesView)) }
    }

    /// What the client library wants to see in every answer.
    private static var headers: HTTPFields {
        var headers = HTTPFields()
        headers[.eTag] = "\"0x\(String(UInt64.random(in: 0 ... .max), radix: 16, uppercase: true))\""
        if let name = HTTPField.Name("x-ms-version") { headers[name] = "2025-01-05" }
        if let name = HTTPField.Name("x-ms-request-id") { headers[name] = UUID().uuidString.lowercased() }
        if let name = HTTPField.Name("x-ms-blob-type") { headers[name] = "BlockBlob" }
        return headers
    }

    private func get(_ request: Request, id: String, hasBody: Bool) async throws -> Response {
        guard let file = await blobs.file(id, forWriting: false),
            let size = try? FileManager.default.attributesOfItem(atPath: file.path)[.size] as? Int
        else { return Response(status: .notFound) }
        var headers = Self.headers
        headers[.contentType] = "application/octet-stream"
        headers[.acceptRanges] = "bytes"
        let wanted = HTTPField.Name("x-ms-range").flatMap { request.headers[$0] } ?? request.headers[.range]
        var range = 0..<size
        var status = HTTPResponse.Status.ok
        if let wanted {
            guard let part = Self.range(wanted, size: size) else {
                headers[.contentRange] = "bytes */\(size)"
                return Response(status: .rangeNotSatisfiable, headers: headers)
            }
            range = part
            status = .partialContent
            headers[.contentRange] = "bytes \(part.lowerBound)-\(part.upperBound - 1)/\(size)"
        }
        guard hasBody else {
            headers[.contentLength] = String(range.count)
            return Response(status: status, headers: headers)
        }
        return Response(status: status, headers: headers, body: try Self.body(of: file, range))
    }

    /// `bytes=first-last`, `bytes=first-` or `bytes=-count`.
    private static func range(_ text: String, size: Int) -> Range<Int>? {
        guard let match = text.wholeMatch(of: /bytes=(\d*)-(\d*)/) else { return nil }
        switch (Int(match.1), Int(match.2)) {
        case (let first?, let last?): return first <= last && first < size ? first..<min(last + 1, size) : nil
        case (let first?, nil): return first < size ? first..<size : nil
        case (nil, let count?): return count > 0 && size > 0 ? max(0, size - count)..<size : nil
        case (nil, nil): return nil
        }
    }

    private static func body(of file: URL, _ range: Range<Int>) throws -> ResponseBody {
        ResponseBody(contentLength: range.count) { writer in
            let handle = try FileHandle(forReadingFrom: file)
            defer { try? handle.close() }
            try handle.seek(toOffset: UInt64(range.lowerBound))
            var left = range.count
            while left > 0, let piece = try handle.read(upToCount: min(left, 1 << 18)), !piece.isEmpty {
                left -= piece.count
                try await writer.write(ByteBuffer(bytes: piece))
            }
            try await writer.finish(nil)
        }
    }
}
