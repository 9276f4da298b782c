import Core
import Kubernetes

/// Lets the fields that name an object follow it to its new name.
struct NameReferenceUpdater {
    private let resources: [Resource]

    init(_ resources: [Resource]) { self.resources = resources }

    func update(_ set: inout ResourceSet) throws {
        try set.update { resource in
            let referrer = resource
            for rule in NameReferences.rules {
                for field in rule.fields {
                    try field.update(&resource.object) { value in
                        try renamed(value, rule.kind, group: rule.group, by: referrer)
                    }
                }
            }
            try updateScaleTarget(&resource)
            try updateSubjects(&resource)
        }
    }

    /// Nil where the value stays as it is.
    private func renamed(_ value: JSON?, _ kind: String, group: String?, by referrer: Resource) throws -> JSON? {
        guard let name = value?.string else { return nil }
        if kind.hasSuffix("Role"), referrer.object["roleRef", "kind"]?.string != kind { return nil }
        return try target(named: name, kind, group: group, of: referrer).map { .string($0.object.name) }
    }

    private func target(
        named name: String,
        _ kind: String,
        group: String?,
        namespace: String? = nil,
        of referrer: Resource
    ) throws -> Resource? {
        let namespaces = namespace.map { [$0] } ?? referrer.identities.map(\.effectiveNamespace)
        let candidates = resources.filter { candidate in
            candidate.object.kind == kind && (group == nil || candidate.object.group == group)
                && candidate.identities.contains { identity in
                    identity.name == name
                        && (candidate.isClusterScoped || referrer.isClusterScoped
                            || namespaces.contains(identity.effectiveNamespace))
                }
        }
        guard candidates.count > 1 else { return candidates.first }
        // Several were called so once: the nearest in the tree of kustomizations is meant.
        let ranked = candidates.map { (candidate: $0, depth: commonDepth($0.scope, referrer.scope)) }
        let depth = ranked.map(\.depth).max() ?? 0
        let nearest = ranked.filter { $0.depth == depth }.map(\.candidate)
        guard nearest.count == 1 else {
            if let exact = nearest.first(where: { $0.object.name == name }) { return exact }
            throw DiagnosticsError([
                Diagnostic(
                    rule: "ambiguous-reference",
                    "\(referrer.words) names the \(kind) \"\(name)\", which may be "
                        + nearest.map { "\"\($0.object.name)\"" }.joined(separator: " or "),
                    at: referrer.location
                )
            ])
        }
        return nearest.first
    }

    private func commonDepth(_ left: [Int], _ right: [Int]) -> Int {
        zip(left, right).prefix { $0 == $1 }.count
    }

    private func updateScaleTarget(_ resource: inout Resource) throws {
        guard resource.object.kind == "HorizontalPodAutoscaler",
            let name = resource.object["spec", "scaleTargetRef", "name"]?.string,
            let kind = resource.object["spec", "scaleTargetRef", "kind"]?.string,
            NameReferences.scalable.contains(kind),
            let found = try target(named: name, kind, group: nil, of: resource)
        else { return }
        resource.object["spec", "scaleTargetRef", "name"] = .string(found.object.name)
    }

    /// The subjects of bindings name service accounts with their namespace, which moves too.
    private func updateSubjects(_ resource: inout Resource) throws {
        guard resource.object.kind == "RoleBinding" || resource.object.kind == "ClusterRoleBinding",
            let subjects = resource.object["subjects"]?.array
        else { return }
        resource.object["subjects"] = .array(
            try subjects.map { subject in
                guard subject["kind"]?.string == "ServiceAccount", let name = subject["name"]?.string else {
                    return subject
                }
                let namespace = subject["namespace"]?.string
                guard
                    let found = try target(
                        named: name,
                        "ServiceAccount",
                        group: "",
                        namespace: namespace,
                        of: resource
                    )
                else { return subject }
                var subject = subject
                subject["name"] = .string(found.object.name)
                if let namespace = found.object.namespace { subject["namespace"] = .string(namespace) }
                return subject
            }
        )
    }
}
