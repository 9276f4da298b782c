/// Reads the notation of `Schema/Types`:
///
///     package io.k8s.api.core.v1        types below belong to this package
///     LabelSelector atomic              a type; `atomic`: owned as a whole
///         name string                   a field and its shape
///         template! PodTemplateSpec     `!`: shown even when empty
///         ports [ContainerPort] key(containerPort,protocol) patch(containerPort)
///         finalizers [string] set merge
///         data {string}                 a map; `{string} atomic` is replaced as a whole
///
/// Without `patch(…)` a keyed list is merged by its first key; `merge` and `retainKeys` add a patch strategy.
/// A type name is looked up in its own package, then in `meta/v1`, then in `core/v1`.
struct SchemaNotationParser {
    private struct Draft {
        let package: String
        let name: String
        let isAtomic: Bool
        var fields: [(name: String, isAlwaysPresent: Bool, words: [String])] = []
    }

    private var drafts: [Draft] = []
    private var package = ""
    private var problems: [String] = []

    mutating func parse(_ text: String) {
        for line in text.split(separator: "\n", omittingEmptySubsequences: true) {
            let words = line.split(separator: " ").map(String.init)
            guard let first = words.first else { continue }
            if line.hasPrefix(" ") {
                guard !drafts.isEmpty, words.count >= 2 else {
                    problems.append("field without a type: \(line)")
                    continue
                }
                let isAlwaysPresent = first.hasSuffix("!")
                let name = isAlwaysPresent ? String(first.dropLast()) : first
                drafts[drafts.count - 1].fields.append((name, isAlwaysPresent, Array(words.dropFirst())))
            } else if first == "package", words.count == 2 {
                package = words[1]
            } else {
                drafts.append(Draft(package: package, name: first, isAtomic: words.dropFirst().contains("atomic")))
            }
        }
    }

    mutating func finish() -> (types: [String: StructureType], problems: [String]) {
        let known = Set(drafts.map { "\($0.package).\($0.name)" })
        var types: [String: StructureType] = [:]
        for draft in drafts {
            let fullName = "\(draft.package).\(draft.name)"
            let fields = draft.fields.compactMap { field(of: draft, $0, known: known) }
            let type = StructureType(name: fullName, isAtomic: draft.isAtomic, fields: fields)
            if types.updateValue(type, forKey: fullName) != nil { problems.append("\(fullName) is defined twice") }
        }
        return (types, problems)
    }

    private mutating func field(
        of draft: Draft,
        _ field: (name: String, isAlwaysPresent: Bool, words: [String]),
        known: Set<String>
    ) -> SchemaField? {
        let options = field.words.dropFirst()
        let keys = arguments(of: "key", in: options)
        let mergeKey = arguments(of: "patch", in: options)?.first ?? keys?.first
        let isMerged = mergeKey != nil || options.contains("merge")
        let strategies = (isMerged ? ["merge"] : []) + (options.contains("retainKeys") ? ["retainKeys"] : [])
        let rule: ListRule = keys.map { .keyed($0) } ?? (options.contains("set") ? .set : .atomic)
        guard
            let shape = shape(
                field.words[0],
                rule: rule,
                isAtomic: options.contains("atomic"),
                package: draft.package,
                known: known
            )
        else {
            problems.append("\(draft.name).\(field.name): unknown type \(field.words[0])")
            return nil
        }
        return SchemaField(
            name: field.name,
            shape: shape,
            isAlwaysPresent: field.isAlwaysPresent,
            patchStrategy: strategies.isEmpty ? nil : strategies.joined(separator: ","),
            patchMergeKey: mergeKey
        )
    }

    private func shape(
        _ word: String,
        rule: ListRule,
        isAtomic: Bool,
        package: String,
        known: Set<String>
    ) -> Shape? {
        func inner(_ word: Substring) -> Shape? {
            shape(String(word), rule: .atomic, isAtomic: false, package: package, known: known)
        }
        if word.hasPrefix("["), word.hasSuffix("]") {
            return inner(word.dropFirst().dropLast()).map { .list($0, rule) }
        }
        if word.hasPrefix("{"), word.hasSuffix("}") {
            return inner(word.dropFirst().dropLast()).map { .map($0, isAtomic: isAtomic) }
        }
        switch word {
        case "string": return .string
        case "bool": return .boolean
        case "int32": return .integer(32)
        case "int64": return .integer(64)
        case "number": return .number
        case "bytes": return .bytes
        case "time": return .time
        case "microTime": return .microTime
        case "quantity": return .quantity
        case "intOrString": return .integerOrString
        case "any": return .any
        default:
            let packages = [package, "io.k8s.apimachinery.pkg.apis.meta.v1", "io.k8s.api.core.v1"]
            return packages.lazy.map { "\($0).\(word)" }.first(where: known.contains).map { .structure($0) }
        }
    }

    /// The names in `word(a,b)`.
    private func arguments(of word: String, in options: ArraySlice<String>) -> [String]? {
        guard let option = options.first(where: { $0.hasPrefix("\(word)(") && $0.hasSuffix(")") }) else { return nil }
        return option.dropFirst(word.count + 1).dropLast().split(separator: ",").map(String.init)
    }
}
