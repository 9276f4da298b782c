import Foundation
import GRDB

/// An episode's embedding with its code, as both are kept.
struct StoredVector: Sendable {
    private let space: EmbeddingSpace
    private let bytes: Data
    private let code: Data
    private let labels: LabelMask
    private let errorClass: UInt32
    private let type: Int

    init(of episode: Episode, _ placed: PlacedEmbedding, _ indexed: IndexedVector) {
        space = placed.space
        bytes = placed.embedding.stored
        code = Data(indexed.code.bytes)
        labels = LabelMask(of: episode)
        errorClass = Labels.code(ofErrorClass: episode.errorClass)
        type = EpisodeRow.code(of: episode.type)
    }

    func store(of episode: Int64, tenant: TenantID, createdAt: Timestamp, _ db: Database) throws {
        try db.cachedStatement(sql: "INSERT INTO embeddings (episode, space, vector) VALUES (?, ?, ?)").execute(
            arguments: [episode, space.code, bytes]
        )
        try db.cachedStatement(sql: VectorChange.insert).execute(
            arguments: [
                episode, tenant.code, space.code, code, createdAt.milliseconds, Int64(bitPattern: labels.bits),
                Int64(errorClass), type,
            ]
        )
    }
}

/// Rows of `vector_changes`: an episode's code, or none once it is gone. The binaries before this one find episodes by
/// them, and may run beside it; this one keeps `episode_changes`.
enum VectorChange {
    static let insert = """
        INSERT INTO vector_changes
            (episode, tenant, space, code, created_at, labels, error_class, episode_type)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?)
        """

    static func remove(_ episode: Int64, tenant: TenantID, _ db: Database) throws {
        try db.cachedStatement(sql: insert).execute(
            arguments: [episode, tenant.code, 0, nil, Timestamp.now().milliseconds, 0, 0, 0]
        )
    }
}

extension Embedding {
    /// Little-endian floats.
    var stored: Data {
        values.withUnsafeBytes { Data($0) }
    }

    /// What is stored has length one already.
    init?(stored: UnsafeRawBufferPointer) {
        guard stored.count == Self.dimensions * 4 else { return nil }
        self.init(
            unit: [Float](unsafeUninitializedCapacity: Self.dimensions) { values, count in
                UnsafeMutableRawBufferPointer(values).copyMemory(from: stored)
                count = Self.dimensions
            }
        )
    }
}
