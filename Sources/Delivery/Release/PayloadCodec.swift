import Core
import Foundation
import Images
import Kubernetes

/// What a release keeps beside its record: all it writes, with the state before of each object.
package struct ReleasePayload: Sendable, Hashable, Codable {
    package var writes: [PlannedWrite]
    /// The manifests that were asked for, before a strategy arranged them; nil where a template was put back.
    package var manifests: [JSON]?

    package init(writes: [PlannedWrite], manifests: [JSON]? = nil) {
        self.writes = writes
        self.manifests = manifests
    }

    /// The manifests that were asked for.
    var requested: [KubernetesObject] {
        manifests.map { $0.map(KubernetesObject.init) }
            ?? writes.filter { $0.mode == .apply }.map(\.desiredObject)
    }

    /// Whether a Secret is among the objects: then the payload is kept as a secret itself.
    var isSensitive: Bool { writes.contains { $0.reference.kind == "Secret" } }
}

/// Turns a payload into parts that fit into ConfigMaps or Secrets (1 MiB each), and back.
enum PayloadCodec {
    /// Base64 makes four of three, and the object around it needs some room.
    private static let partSize = 700_000
    /// Far above what manifests of one service need.
    private static let limit = 64 << 20

    static func encode(_ payload: ReleasePayload) throws -> (parts: [Data], digest: String) {
        let plain = try encoder.encode(payload)
        let sink = MemorySink()
        let gzip = try GzipEncoder(sink)
        try gzip.write([UInt8](plain))
        try gzip.finish()
        let parts = stride(from: 0, to: sink.bytes.count, by: partSize).map { start in
            Data(sink.bytes[start..<min(start + partSize, sink.bytes.count)])
        }
        return (parts, Digest.of(plain).description)
    }

    /// - Throws: `SlipwayError` (`.external`) where a part is missing or damaged.
    static func decode(_ parts: [Data], digest: String) throws -> ReleasePayload {
        do {
            let source = MemorySource(parts.flatMap { [UInt8]($0) })
            let plain = try GzipDecoder(source, name: "return point").readAll(limit: limit, "The return point")
            guard Digest.of(plain).description == digest else {
                throw SlipwayError(.external, "The return point does not have the digest that was recorded")
            }
            return try decoder.decode(ReleasePayload.self, from: Data(plain))
        } catch {
            throw SlipwayError(
                .external,
                "The return point of the release cannot be read",
                why: "\(error)",
                next: "Look at the ConfigMaps with the label \(DeliveryName.record)=payload."
            )
        }
    }

    static var encoder: JSONEncoder {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        encoder.dateEncodingStrategy = .iso8601
        return encoder
    }

    static var decoder: JSONDecoder {
        let decoder = JSONDecoder()
        decoder.dateDecodingStrategy = .iso8601
        return decoder
    }
}
