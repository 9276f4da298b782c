import Core
import Kubernetes

/// Turns located YAML into objects, gathering what is wrong on the way.
struct ManifestConverter {
    private(set) var diagnostics: [Diagnostic] = []
    private let lines: [Substring]

    private let dialect: ManifestDialect

    init(text: String, dialect: ManifestDialect) {
        self.dialect = dialect
        lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    }

    /// The objects of one document: one, or those of a list.
    mutating func objects(_ node: YAMLNode) -> [LocatedObject] {
        guard node.mapping != nil else {
            report("manifest", "A manifest is a mapping with apiVersion and kind, not \(node.kindName)", node)
            return []
        }
        let kind = node["kind"]?.scalar?.text ?? ""
        if kind.hasSuffix("List"), let items = node["items"], node["metadata"]?["name"] == nil {
            guard let elements = items.sequence else {
                if items.scalar?.value.isNull ?? false { return [] }
                report("manifest", "items must be a list, not \(items.kindName)", items)
                return []
            }
            return elements.flatMap { objects($0) }
        }
        let object = KubernetesObject(value(node))
        check(object, node)
        return [LocatedObject(object: object, location: node.location)]
    }

    private mutating func check(_ object: KubernetesObject, _ node: YAMLNode) {
        for field in ["apiVersion", "kind"] where object.json[field]?.string?.isEmpty ?? true {
            let place = node[field] ?? node
            let what = node[field] == nil ? "is missing" : "must be a string"
            report("manifest", "\(field) \(what)", place, help: Self.hint(for: field, in: node))
        }
        guard let metadata = node["metadata"], metadata.mapping != nil else {
            report("manifest", "metadata is missing", node["metadata"] ?? node)
            return
        }
        if object.name.isEmpty, object.generateName == nil {
            let place = metadata["name"] ?? metadata
            let what = metadata["name"] == nil ? "is missing" : "must be a string"
            report("manifest", "metadata.name \(what)", place, help: Self.quoteHint(metadata["name"]))
        }
        for field in ["labels", "annotations"] {
            for entry in metadata[field]?.mapping ?? [] {
                let value = object["metadata", field]?[entry.key]
                guard value?.string == nil, value?.isNull == false else { continue }
                report(
                    "manifest",
                    "metadata.\(field).\(entry.key) must be a string, not \(Self.words(value))",
                    entry.value,
                    help: Self.quoteHint(entry.value)
                )
            }
        }
    }

    private static func hint(for field: String, in node: YAMLNode) -> String? {
        let keys = (node.mapping ?? []).map(\.key).filter { $0 != "kind" && $0 != "apiVersion" }
        return Suggestion.nearest(to: field, in: keys).map { "\"\($0)\" is there: did you mean \"\(field)\"?" }
    }

    private static func quoteHint(_ node: YAMLNode?) -> String? {
        node?.scalar.map { "Put it in quotes: \"\($0.text)\"." }
    }

    private static func words(_ value: JSON?) -> String {
        switch value {
        case .bool(let flag): "the boolean \(flag)"
        case .int, .double: "the number \(value?.text() ?? "")"
        default: "a collection"
        }
    }

    // MARK: - Values

    mutating func value(_ node: YAMLNode) -> JSON {
        switch node.content {
        case .scalar(let scalar):
            do {
                return try ManifestScalar.value(scalar, dialect)
            } catch {
                report(error, scalar.text, node)
                return .null
            }
        case .sequence(let elements):
            return .array(elements.map { value($0) })
        case .mapping(let entries):
            return .object(members(entries))
        }
    }

    private mutating func members(_ entries: [YAMLEntry]) -> [String: JSON] {
        var own: [String: JSON] = [:]
        var merged: [String: JSON] = [:]
        for entry in entries {
            let isPlain = isPlain(entry)
            if entry.key == "<<", isPlain {
                merge(entry.value, into: &merged)
                continue
            }
            do {
                own[try ManifestScalar.key(entry.key, isPlain: isPlain, dialect)] = value(entry.value)
            } catch {
                report(error, entry.key, entry.value)
            }
        }
        return merged.merging(own) { $1 }
    }

    /// YAML's merge key: one mapping or several, of which the first to name a member wins.
    private mutating func merge(_ node: YAMLNode, into merged: inout [String: JSON]) {
        switch value(node) {
        case .object(let members):
            merged.merge(members) { first, _ in first }
        case .array(let elements) where elements.allSatisfy({ $0.object != nil }):
            for element in elements { merged.merge(element.object ?? [:]) { first, _ in first } }
        default:
            report("manifest", "<< merges mappings, not \(node.kindName)", node)
        }
    }

    /// The parser does not say how a key was quoted; the text does.
    private func isPlain(_ entry: YAMLEntry) -> Bool {
        let place = entry.keyLocation
        guard lines.indices.contains(place.line - 1) else { return true }
        let scalars = lines[place.line - 1].unicodeScalars.dropFirst(place.column - 1)
        return scalars.first != "\"" && scalars.first != "'"
    }

    private mutating func report(_ problem: ManifestScalar.Problem, _ text: String, _ node: YAMLNode) {
        switch problem {
        case .notFinite:
            report("manifest", "\(text) is a number that JSON does not have", node, help: "Put it in quotes.")
        case .unknownTag(let tag): report("manifest", "The tag \(tag) means nothing in a manifest", node)
        }
    }

    private mutating func report(_ rule: String, _ message: String, _ node: YAMLNode, help: String? = nil) {
        diagnostics.append(Diagnostic(rule: rule, message, at: node.location, help: help))
    }
}
