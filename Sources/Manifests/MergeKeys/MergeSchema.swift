/// How a field of a Kubernetes object merges: a cursor into the built-in types' tables.
///
/// It carries both sets of rules of the API's Go types: the strategic merge patch tags (`patchStrategy`,
/// `patchMergeKey`) and server-side apply's markers (`listType`, `listMapKey`, `structType`).
package struct MergeSchema: Sendable, Hashable {
    /// The rules of a strategic merge patch.
    package struct PatchRule: Sendable, Hashable {
        /// Lists merge by element instead of being replaced.
        package var merges = false
        /// The member that identifies an element; nil for lists of plain values.
        package var mergeKey: String?
        /// An object is replaced instead of merged.
        package var replaces = false
        /// A client may send `$retainKeys`: a union, of which only one member may be set.
        package var retainsKeys = false
    }

    /// The rules of server-side apply.
    package enum ApplyRule: Sendable, Hashable {
        /// Objects and plain values: every member has its own owner.
        case granular
        /// The whole value has one owner.
        case atomic
        /// A list of unique plain values, each with its own owner.
        case set
        /// A list of objects known by `keys`; an absent key takes its default.
        case map(keys: [String], defaults: [String: String] = [:])
    }

    package let patch: PatchRule
    package let apply: ApplyRule
    /// The name of the Go type of the object, or of the list's or map's elements.
    let typeName: String?
    /// A map with free keys whose values are all of the type.
    let isMap: Bool

    init(
        _ typeName: String? = nil,
        patch: PatchRule = PatchRule(),
        apply: ApplyRule = .granular,
        isMap: Bool = false
    ) {
        self.typeName = typeName
        self.patch = patch
        self.apply = apply
        self.isMap = isMap
    }

    /// The rules of a member of this object, or of this list's elements' member.
    ///
    /// What no table names merges by default: objects by member, lists as a whole.
    package func field(_ name: String) -> MergeSchema {
        if isMap { return MergeSchema(typeName) }
        return typeName.flatMap { MergeTables.types[$0]?[name] } ?? MergeSchema()
    }

    /// Whether objects of this type are known at all.
    package var isKnown: Bool { typeName != nil }

    /// The rules for objects of a kind; for a custom resource only `metadata` has any.
    package static func root(group: String, kind: String) -> MergeSchema {
        MergeSchema(MergeTables.kinds["\(group)/\(kind)"] ?? "CustomResource")
    }

    /// Whether the API server takes strategic merge patches for this kind: it does not for custom resources.
    package static func supportsStrategicMerge(group: String, kind: String) -> Bool {
        MergeTables.kinds["\(group)/\(kind)"] != nil
    }
}
