import Core
import Kubernetes

/// What changes between two states of an object, in the words of its fields.
package struct ObjectDiff: Sendable, Hashable {
    package enum Change: Sendable, Hashable {
        case added(JSON)
        case removed(JSON)
        case replaced(JSON, JSON)
    }

    package struct Entry: Sendable, Hashable {
        /// `spec.template.spec.containers[api-server].image`.
        package let path: String
        package let change: Change
    }

    package let entries: [Entry]

    package var isEmpty: Bool { entries.isEmpty }

    /// What the server changes by itself, and so is no news.
    private static let noise: Set<String> = [
        "metadata.managedFields", "metadata.resourceVersion", "metadata.generation", "metadata.uid",
        "metadata.creationTimestamp", "status",
    ]

    /// - Parameters:
    ///   - old: nil where the object is new.
    ///   - new: nil where the object goes.
    package init(from old: KubernetesObject?, to new: KubernetesObject?) {
        guard let old, let new else {
            let path = (new ?? old)?.key.description ?? ""
            let content = (new ?? old)?.applicable.json
            entries = content.map { [Entry(path: path, change: old == nil ? .added($0) : .removed($0))] } ?? []
            return
        }
        var comparison = Comparison(noise: Self.noise)
        comparison.compare(old.json, new.json, MergeSchema.root(group: new.group, kind: new.kind), "")
        entries = comparison.entries
    }

    private struct Comparison {
        let noise: Set<String>
        var entries: [Entry] = []

        mutating func compare(_ old: JSON?, _ new: JSON?, _ schema: MergeSchema, _ path: String) {
            guard old != new, !noise.contains(path) else { return }
            switch (old, new) {
            case (.object(let left), .object(let right)):
                for key in Set(left.keys).union(right.keys).sorted() {
                    compare(left[key], right[key], schema.field(key), path.isEmpty ? key : "\(path).\(Self.name(key))")
                }
            case (.array(let left), .array(let right)):
                compareLists(left, right, schema, path)
            case (nil, let new?): entries.append(Entry(path: path, change: .added(new)))
            case (let old?, nil): entries.append(Entry(path: path, change: .removed(old)))
            case (let old?, let new?): entries.append(Entry(path: path, change: .replaced(old, new)))
            case (nil, nil): break
            }
        }

        /// Elements with a key are compared with their namesake, others with their neighbour of the same place.
        private mutating func compareLists(_ left: [JSON], _ right: [JSON], _ schema: MergeSchema, _ path: String) {
            guard let keys = Self.keys(schema, left + right) else {
                for index in 0..<max(left.count, right.count) {
                    let old = index < left.count ? left[index] : nil
                    let new = index < right.count ? right[index] : nil
                    compare(old, new, schema.element, "\(path)[\(index)]")
                }
                return
            }
            var order: [[JSON?]] = []
            for element in left + right {
                let identity = keys.map { element[$0] }
                if !order.contains(identity) { order.append(identity) }
            }
            for identity in order {
                let name = identity.compactMap { $0.map { $0.string ?? $0.text() } }.joined(separator: "/")
                compare(
                    left.first { element in keys.map { element[$0] } == identity },
                    right.first { element in keys.map { element[$0] } == identity },
                    schema.element,
                    "\(path)[\(name)]"
                )
            }
        }

        private static func keys(_ schema: MergeSchema, _ elements: [JSON]) -> [String]? {
            guard let first = schema.patch.mergeKey, elements.allSatisfy({ $0[first] != nil }) else { return nil }
            guard case .map(let keys, _) = schema.apply else { return [first] }
            return keys
        }

        /// A key that is no plain name is quoted, as annotations' are.
        private static func name(_ key: String) -> String {
            key.contains(".") || key.contains("/") ? "\"\(key)\"" : key
        }
    }
}
