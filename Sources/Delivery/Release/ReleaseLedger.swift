import Core
import Foundation
import Kubernetes

/// The releases of one Deployment, kept in its namespace: a ConfigMap for each, and its payload beside it.
///
/// Every change of a record names the resourceVersion it was read with: of two processes only one can move a release.
package struct ReleaseLedger: Sendable {
    let cluster: any ReleaseCluster
    let environment: EnvironmentSettings

    package init(cluster: any ReleaseCluster, environment: EnvironmentSettings) {
        self.cluster = cluster
        self.environment = environment
    }

    /// A record and the version it was read or written with.
    package struct Entry: Sendable {
        package var record: ReleaseRecord
        var resourceVersion: String
        var uid: String
        /// By the cluster's clock, like every object's time that it is compared with.
        var createdAt: Date?
    }

    private var deployment: String { environment.deployment.text }
    private var namespace: String { environment.namespace }

    /// All releases, newest first.
    package func entries() async throws -> [Entry] {
        let labels = LabelSelector(matching: [DeliveryName.record: "release", DeliveryName.deployment: deployment])
        let list = try await cluster.list(.configMap, namespace: namespace, labels: labels)
        return try list.items.map(Self.entry).sorted { $0.record.number > $1.record.number }
    }

    private static func entry(_ object: KubernetesObject) throws -> Entry {
        guard let text = object["data", "release.json"]?.string else {
            throw SlipwayError(.external, "The release record \(object.name) is empty")
        }
        do {
            let record = try PayloadCodec.decoder.decode(ReleaseRecord.self, from: Data(text.utf8))
            return Entry(
                record: record,
                resourceVersion: object.resourceVersion ?? "",
                uid: object.uid ?? "",
                createdAt: object.creationTimestamp
            )
        } catch {
            throw SlipwayError(
                .external,
                "The release record \(object.name) cannot be read",
                why: "\(error)",
                next: "It may have been written by a newer Slipway: use that version."
            )
        }
    }

    /// Writes a new record. Its number is taken by that: a second process with the same number is refused.
    func begin(_ record: ReleaseRecord) async throws -> Entry {
        do {
            return try Self.entry(try await cluster.create(try object(for: record)))
        } catch let error as KubernetesStatusError where error.isAlreadyExists {
            throw SlipwayError(
                .waiting,
                "Another process has just begun release \(record.number) of \(environment.name)",
                next: "Wait for it: slipway deploy --env \(environment.name) --status"
            )
        }
    }

    /// Writes a changed record, if nobody else has meanwhile.
    func update(_ entry: Entry) async throws -> Entry {
        var object = try object(for: entry.record)
        object.resourceVersion = entry.resourceVersion
        object.uid = entry.uid
        do {
            return try Self.entry(try await cluster.replace(object))
        } catch let error as KubernetesStatusError where error.isConflict || error.isNotFound {
            throw SlipwayError(
                .waiting,
                "Release \(entry.record.number) of \(environment.name) was taken over by another process",
                why: error.message,
                next: "See what became of it: slipway deploy --env \(environment.name) --status"
            )
        }
    }

    /// Stores the payload in as many objects as it needs; they go with the record.
    func store(_ payload: ReleasePayload, for entry: Entry) async throws -> ReleaseRecord.Payload {
        let (parts, digest) = try PayloadCodec.encode(payload)
        let type: ResourceType = payload.isSensitive ? .secret : .configMap
        var names: [String] = []
        for (index, part) in parts.enumerated() {
            let name = "\(Self.name(deployment, entry.record.number))-payload-\(index + 1)"
            let encoded = JSON.object(["part": .string(part.base64EncodedString())])
            var object = KubernetesObject(
                type,
                namespace: namespace,
                name: name,
                content: [payload.isSensitive ? "data" : "binaryData": encoded]
            )
            object.labels = labels("payload", entry.record)
            object["metadata", "ownerReferences"] = [
                [
                    "apiVersion": "v1", "kind": "ConfigMap",
                    "name": .string(Self.name(deployment, entry.record.number)), "uid": .string(entry.uid),
                ]
            ]
            _ = try await cluster.create(object)
            names.append(name)
        }
        return ReleaseRecord.Payload(kind: type.kind, names: names, digest: digest)
    }

    /// - Throws: `SlipwayError` where a part is gone or damaged.
    func payload(of record: ReleaseRecord) async throws -> ReleasePayload {
        guard let payload = record.payload else { return ReleasePayload(writes: []) }
        let type: ResourceType = payload.kind == "Secret" ? .secret : .configMap
        var parts: [Data] = []
        for name in payload.names {
            let object = try await cluster.get(type, namespace: namespace, name: name)
            let text = object?[type == .secret ? "data" : "binaryData", "part"]?.string
            guard let text, let data = Data(base64Encoded: text) else {
                throw SlipwayError(
                    .external,
                    "The return point of release \(record.number) is not complete",
                    why: "\(payload.kind) \(name) is not there or has no data"
                )
            }
            parts.append(data)
        }
        return try PayloadCodec.decode(parts, digest: payload.digest)
    }

    /// Removes finished releases beyond the newest `keep`, except the last two that were verified.
    func prune(keep: Int = 50) async throws {
        let entries = try await entries()
        let verified = Set(entries.filter { $0.record.state == .verified }.prefix(2).map(\.record.number))
        for entry in entries.dropFirst(keep)
        where entry.record.state.isFinished && !verified.contains(entry.record.number) {
            let type: ResourceType = entry.record.payload?.kind == "Secret" ? .secret : .configMap
            for name in entry.record.payload?.names ?? [] {
                try await remove(type, name: name)
            }
            try await remove(.configMap, name: Self.name(deployment, entry.record.number))
        }
    }

    private func remove(_ type: ResourceType, name: String) async throws {
        guard let object = try await cluster.get(type, namespace: namespace, name: name) else { return }
        try await cluster.delete(object)
    }

    static func name(_ deployment: String, _ number: Int) -> String { "slipway-release-\(deployment)-\(number)" }

    private func labels(_ kind: String, _ record: ReleaseRecord) -> [String: String] {
        [
            LabelName.managedBy: "slipway",
            DeliveryName.record: kind,
            DeliveryName.deployment: deployment,
            DeliveryName.release: String(record.number),
        ]
    }

    private func object(for record: ReleaseRecord) throws -> KubernetesObject {
        let text = String(decoding: try PayloadCodec.encoder.encode(record), as: UTF8.self)
        var object = KubernetesObject(
            .configMap,
            namespace: namespace,
            name: Self.name(deployment, record.number),
            content: ["data": ["release.json": .string(text)]]
        )
        object.labels = labels("release", record)
        object.labels[DeliveryName.state] = record.state.rawValue
        object.labels[DeliveryName.environment] = environment.name
        return object
    }
}
