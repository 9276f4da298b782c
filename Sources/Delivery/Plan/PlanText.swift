import Core
import Kubernetes

/// What a write changes, a line each: `spec.template.spec.containers[api-server].image: a → b`.
enum PlanText {
    /// Lists of these Kubernetes objects are told apart by one of these fields, not by their position.
    private static let listKeys = ["name", "containerPort", "port", "mountPath", "ip", "topologyKey", "type"]

    static func changes(from before: KubernetesObject?, to after: KubernetesObject) -> [String] {
        let old = before.map { leaves(of: ObjectIntent.value(of: $0)) } ?? [:]
        let new = leaves(of: ObjectIntent.value(of: after))
        let isSecret = after.kind == "Secret"
        return Set(old.keys).union(new.keys).sorted().compactMap { path in
            let (left, right) = (old[path], new[path])
            guard left != right else { return nil }
            // A Secret's values are nobody's to read here; that they change is.
            let hidden = isSecret && (path.hasPrefix("data.") || path.hasPrefix("stringData."))
            func text(_ value: JSON?) -> String { value == nil ? "(none)" : hidden ? "***" : value?.text() ?? "" }
            return "\(path): \(text(left)) → \(text(right))"
        }
    }

    private static func leaves(of value: JSON, at path: String = "") -> [String: JSON] {
        switch value {
        case .object(let members) where !members.isEmpty:
            return members.reduce(into: [:]) { result, member in
                let name = member.key.contains(".") ? "[\(member.key)]" : path.isEmpty ? member.key : ".\(member.key)"
                result.merge(leaves(of: member.value, at: path + name)) { first, _ in first }
            }
        case .array(let elements) where elements.contains(where: { $0.object != nil }):
            var result: [String: JSON] = [:]
            for (index, element) in elements.enumerated() {
                let key = listKeys.lazy.compactMap { element[$0] }.first.map { $0.string ?? $0.text() } ?? String(index)
                result.merge(leaves(of: element, at: "\(path)[\(key)]")) { first, _ in first }
            }
            return result
        default: return [path: value]
        }
    }
}
