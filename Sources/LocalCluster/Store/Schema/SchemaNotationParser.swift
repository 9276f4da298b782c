/// Reads the notation of `Schema/Types`:
///
///     package io.k8s.api.core.v1        types below belong to this package
///     LabelSelector atomic              a type; `atomic`: owned as a whole
///         name string #1                a field, its shape, its number in Protocol Buffers
///         ...VolumeSource #2            the fields of another type, as if they stood here
///         template! PodTemplateSpec     `!`: shown even when empty
///         replicas? int32               `?`: zero and absent are different things
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
        var fields: [FieldDraft] = []
        var fullName: String { "\(package).\(name)" }
    }

    private struct FieldDraft {
        let name: String
        /// The shape, then options.
        let words: [String]
        var isEmbedded: Bool { name.hasPrefix("...") }
        var number: Int? { words.last.flatMap { $0.hasPrefix("#") ? Int($0.dropFirst()) : nil } }
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
                drafts[drafts.count - 1].fields.append(FieldDraft(name: first, words: Array(words.dropFirst())))
            } else if first == "package", words.count == 2 {
                package = words[1]
            } else {
                drafts.append(Draft(package: package, name: first, isAtomic: words.dropFirst().contains("atomic")))
            }
        }
    }

    mutating func finish() -> (types: [String: StructureType], problems: [String]) {
        let known = Dictionary(drafts.map { ($0.fullName, $0) }, uniquingKeysWith: { first, _ in first })
        var types: [String: StructureType] = [:]
        for draft in drafts {
            let fields = fields(of: draft, known, prefix: [])
            let type = StructureType(name: draft.fullName, isAtomic: draft.isAtomic, fields: fields)
            if types.updateValue(type, forKey: draft.fullName) != nil {
                problems.append("\(draft.fullName) is defined twice")
            }
        }
        return (types, problems)
    }

    /// The fields of a type, those of embedded types included; `prefix` leads to an embedded type.
    private mutating func fields(of draft: Draft, _ known: [String: Draft], prefix: [Int]) -> [SchemaField] {
        var result: [SchemaField] = []
        for field in draft.fields {
            guard field.isEmbedded else {
                if let made = make(field, in: draft, known, prefix: prefix) { result.append(made) }
                continue
            }
            let name = String(field.name.dropFirst(3))
            guard let type = Self.resolve(name, from: draft.package, known), let embedded = known[type],
                let number = field.number
            else {
                problems.append("\(draft.name): cannot embed \(name)")
                continue
            }
            result += fields(of: embedded, known, prefix: prefix + [number])
        }
        return result
    }

    private mutating func make(
        _ field: FieldDraft,
        in draft: Draft,
        _ known: [String: Draft],
        prefix: [Int]
    ) -> SchemaField? {
        let options = field.words.dropFirst()
        let keys = Self.arguments(of: "key", in: options)
        let mergeKey = Self.arguments(of: "patch", in: options)?.first ?? keys?.first
        let isMerged = mergeKey != nil || options.contains("merge")
        let strategies = (isMerged ? ["merge"] : []) + (options.contains("retainKeys") ? ["retainKeys"] : [])
        let rule: ListRule = keys.map { .keyed($0) } ?? (options.contains("set") ? .set : .atomic)
        let isAtomic = options.contains("atomic")
        guard let shape = Self.shape(field.words[0], rule, isAtomic: isAtomic, from: draft.package, known) else {
            problems.append("\(draft.name).\(field.name): unknown type \(field.words[0])")
            return nil
        }
        return SchemaField(
            name: field.name.filter { $0 != "!" && $0 != "?" },
            shape: shape,
            isAlwaysPresent: field.name.hasSuffix("!"),
            isOptional: field.name.hasSuffix("?"),
            protobufPath: field.number.map { prefix + [$0] },
            patchStrategy: strategies.isEmpty ? nil : strategies.joined(separator: ","),
            patchMergeKey: mergeKey
        )
    }

    private static func resolve(_ name: String, from package: String, _ known: [String: Draft]) -> String? {
        [package, "io.k8s.apimachinery.pkg.apis.meta.v1", "io.k8s.api.core.v1"].lazy
            .map { "\($0).\(name)" }
            .first { known[$0] != nil }
    }

    private static func shape(
        _ word: String,
        _ rule: ListRule,
        isAtomic: Bool,
        from package: String,
        _ known: [String: Draft]
    ) -> Shape? {
        func inner(_ word: Substring) -> Shape? { shape(String(word), .atomic, isAtomic: false, from: package, known) }
        if word.hasPrefix("["), word.hasSuffix("]") {
            return inner(word.dropFirst().dropLast()).map { .list($0, rule) }
        }
        if word.hasPrefix("{"), word.hasSuffix("}") {
            return inner(word.dropFirst().dropLast()).map { .map($0, isAtomic: isAtomic) }
        }
        return scalars[word] ?? resolve(word, from: package, known).map { .structure($0) }
    }

    private static let scalars: [String: Shape] = [
        "string": .string, "bool": .boolean, "int32": .integer(32), "int64": .integer(64), "number": .number,
        "bytes": .bytes, "time": .time, "microTime": .microTime, "quantity": .quantity,
        "intOrString": .integerOrString, "any": .any,
    ]

    /// The names in `word(a,b)`.
    private static func arguments(of word: String, in options: ArraySlice<String>) -> [String]? {
        guard let option = options.first(where: { $0.hasPrefix("\(word)(") && $0.hasSuffix(")") }) else { return nil }
        return option.dropFirst(word.count + 1).dropLast().split(separator: ",").map(String.init)
    }
}
