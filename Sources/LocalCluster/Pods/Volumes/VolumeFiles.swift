import Core
import Foundation
import Kubernetes

/// A file that a volume shows.
struct VolumeFile: Sendable, Hashable {
    /// Relative, without `..`.
    let path: String
    let data: Data
    let mode: Int
}

/// The files that a pod's ConfigMaps, Secrets and own fields become.
struct VolumeFiles {
    let context: PodContext

    func configMap(_ source: JSON, name: String?, defaultMode: Int) throws -> [VolumeFile] {
        guard let object = try find("configmap", name, source, context.configMaps) else { return [] }
        var content = (object["data"]?.object ?? [:]).compactMapValues { $0.string.map { Data($0.utf8) } }
        let binary = (object["binaryData"]?.object ?? [:]).compactMapValues(Self.decoded)
        content.merge(binary) { text, _ in text }
        return try select(content, source, defaultMode)
    }

    func secret(_ source: JSON, name: String?, defaultMode: Int) throws -> [VolumeFile] {
        guard let object = try find("secret", name, source, context.secrets) else { return [] }
        return try select((object["data"]?.object ?? [:]).compactMapValues(Self.decoded), source, defaultMode)
    }

    func downward(_ source: JSON, defaultMode: Int) throws -> [VolumeFile] {
        let pod = PodView(context.pod)
        return try (source["items"]?.array ?? []).map { item in
            let value: String?
            if let reference = item["fieldRef"] {
                value = context.field(reference["fieldPath"]?.string ?? "")
            } else {
                let reference = item["resourceFieldRef"]
                let container = (pod.initContainers + pod.containers).first {
                    $0.name == reference?["containerName"]?.string
                }
                let divisor = reference?["divisor"].flatMap { $0.string ?? $0.int.map(String.init) }
                value = container.flatMap {
                    context.resource(reference?["resource"]?.string ?? "", of: $0, divisor: divisor)
                }
            }
            guard let value else { throw ReferenceProblem(message: "an item refers to a field that does not exist") }
            return try file(item["path"]?.string ?? "", Data(value.utf8), item["mode"]?.int ?? defaultMode)
        }
    }

    func projected(_ source: JSON, defaultMode: Int) throws -> [VolumeFile] {
        try (source["sources"]?.array ?? []).flatMap { part -> [VolumeFile] in
            if let part = part["configMap"] {
                return try configMap(part, name: part["name"]?.string, defaultMode: defaultMode)
            }
            if let part = part["secret"] {
                return try secret(part, name: part["name"]?.string, defaultMode: defaultMode)
            }
            if let part = part["downwardAPI"] { return try downward(part, defaultMode: defaultMode) }
            let kind = (part.object ?? [:]).keys.sorted().joined(separator: ", ")
            throw ReferenceProblem(message: "projected sources of kind \(kind) are not supported by the local cluster")
        }
    }

    /// The object by name; nil where it is optional and missing.
    private func find(
        _ kind: String,
        _ name: String?,
        _ source: JSON,
        _ known: [String: KubernetesObject]
    ) throws(ReferenceProblem) -> KubernetesObject? {
        if let object = known[name ?? ""] { return object }
        if source["optional"]?.bool ?? false { return nil }
        throw ReferenceProblem(message: "\(kind) \"\(name ?? "")\" not found")
    }

    /// All keys, or those that `items` picks and renames.
    private func select(_ content: [String: Data], _ source: JSON, _ defaultMode: Int) throws -> [VolumeFile] {
        guard let items = source["items"]?.array, !items.isEmpty else {
            return try content.sorted { $0.key < $1.key }.map { try file($0.key, $0.value, defaultMode) }
        }
        return try items.compactMap { item in
            let key = item["key"]?.string ?? ""
            guard let data = content[key] else {
                if source["optional"]?.bool ?? false { return nil }
                throw ReferenceProblem(message: "references non-existent config key: \(key)")
            }
            return try file(item["path"]?.string ?? key, data, item["mode"]?.int ?? defaultMode)
        }
    }

    private func file(_ path: String, _ data: Data, _ mode: Int) throws(ReferenceProblem) -> VolumeFile {
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        guard !path.isEmpty, !path.hasPrefix("/"), !parts.contains(".."), !path.hasPrefix("..") else {
            throw ReferenceProblem(message: "\"\(path)\" is not a relative path within the volume")
        }
        return VolumeFile(path: path, data: data, mode: mode)
    }

    private static func decoded(_ value: JSON) -> Data? { value.string.flatMap { Data(base64Encoded: $0) } }
}
