import Core
import Foundation
import Kubernetes

/// Who owns fields: a name, how it writes, and through which subresource.
struct FieldManager: Sendable, Hashable {
    enum Operation: String, Sendable { case apply = "Apply", update = "Update" }

    let name: String
    let operation: Operation
    let apiVersion: String
    let subresource: String?

    /// Two entries with the same identity are one; an applier is the same whatever version it applies.
    var identity: FieldManager {
        operation == .update
            ? self
            : FieldManager(name: name, operation: operation, apiVersion: "", subresource: subresource)
    }

    /// As conflicts name it.
    var description: String {
        var text = "\"\(name)\""
        if let subresource { text += " with subresource \"\(subresource)\"" }
        if operation == .update { text += " using \(apiVersion)" }
        return text
    }
}

/// The `managedFields` of one object.
struct ManagedFields: Sendable, Hashable {
    struct Entry: Sendable, Hashable {
        var manager: FieldManager
        var fields: FieldSet
        var time: String?
    }

    private(set) var entries: [FieldManager: Entry] = [:]

    /// More writers than this by update are merged into one entry, so that the list cannot grow without end.
    private static let maximumUpdaters = 10
    private static let ancient = "ancient-changes"

    var isEmpty: Bool { entries.isEmpty }

    init() {}

    /// Reads `metadata.managedFields`; nil where an entry is malformed.
    init?(_ json: JSON?) {
        for item in json?.array ?? [] {
            guard let operation = item["operation"]?.string.flatMap(FieldManager.Operation.init(rawValue:)),
                let fields = FieldSet(json: item["fieldsV1"] ?? .object([:]))
            else { return nil }
            let manager = FieldManager(
                name: item["manager"]?.string ?? "",
                operation: operation,
                apiVersion: item["apiVersion"]?.string ?? "",
                subresource: item["subresource"]?.string.flatMap { $0.isEmpty ? nil : $0 }
            )
            entries[manager.identity] = Entry(manager: manager, fields: fields, time: item["time"]?.string)
        }
    }

    subscript(_ manager: FieldManager) -> Entry? {
        get { entries[manager.identity] }
        set { entries[manager.identity] = newValue.flatMap { $0.fields.isEmpty ? nil : $0 } }
    }

    mutating func mapFields(_ transform: (FieldManager, FieldSet) -> FieldSet) {
        for (identity, entry) in entries {
            let fields = transform(identity, entry.fields)
            if fields.isEmpty { entries[identity] = nil } else { entries[identity]?.fields = fields }
        }
    }

    /// The order of Kubernetes: appliers first, then by time, then by name.
    private var sorted: [Entry] {
        entries.values.sorted { left, right in
            let (one, two) = (left.manager, right.manager)
            return (one.operation.rawValue, left.time ?? "", one.name, one.apiVersion, one.subresource ?? "")
                < (two.operation.rawValue, right.time ?? "", two.name, two.apiVersion, two.subresource ?? "")
        }
    }

    /// Merges the oldest updaters into one entry where there are too many.
    mutating func limit() {
        let updaters = sorted.filter { $0.manager.operation == .update && $0.manager.subresource == nil }
        guard updaters.count > Self.maximumUpdaters else { return }
        for entry in updaters.prefix(updaters.count - Self.maximumUpdaters + 1) {
            let bucket = FieldManager(
                name: Self.ancient,
                operation: .update,
                apiVersion: entry.manager.apiVersion,
                subresource: nil
            )
            entries[entry.manager.identity] = nil
            let merged = self[bucket]?.fields.union(entry.fields) ?? entry.fields
            self[bucket] = Entry(manager: bucket, fields: merged, time: entry.time)
        }
    }

    var json: JSON? {
        guard !entries.isEmpty else { return nil }
        return .array(
            sorted.map { entry in
                var item: [String: JSON] = [
                    "manager": .string(entry.manager.name), "operation": .string(entry.manager.operation.rawValue),
                    "apiVersion": .string(entry.manager.apiVersion), "fieldsType": "FieldsV1",
                    "fieldsV1": entry.fields.json,
                ]
                item["time"] = entry.time.map(JSON.string)
                item["subresource"] = entry.manager.subresource.map(JSON.string)
                return .object(item)
            }
        )
    }
}
