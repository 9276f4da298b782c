import Core
import Kubernetes

/// A field of some kinds of objects, as kustomize's configuration names it: `spec/template/spec/volumes[]/name`.
struct FieldSpec: Sendable {
    let path: [Step]
    let group: String?
    let version: String?
    let kind: String?
    /// Make the field, and what leads to it, where it is missing.
    let creates: Bool

    struct Step: Sendable {
        let name: String
        let isList: Bool
    }

    init(_ path: String, group: String? = nil, version: String? = nil, kind: String? = nil, creates: Bool = false) {
        self.path = Self.steps(path)
        self.group = group.flatMap { $0.isEmpty ? nil : $0 }
        self.version = version.flatMap { $0.isEmpty ? nil : $0 }
        self.kind = kind.flatMap { $0.isEmpty ? nil : $0 }
        self.creates = creates
    }

    /// A slash inside a name is escaped as `\/`.
    private static func steps(_ path: String) -> [Step] {
        path.replacing("\\/", with: "\u{0}").split(separator: "/").map { part in
            let name = String(part).replacing("\u{0}", with: "/")
            return name.hasSuffix("[]")
                ? Step(name: String(name.dropLast(2)), isList: true) : Step(name: name, isList: false)
        }
    }

    func applies(to object: KubernetesObject) -> Bool {
        (group == nil || group == object.group) && (version == nil || version == object.version)
            && (kind == nil || kind == object.kind)
    }

    /// Changes every value this names; `body` gets nil where there is none and `creates` says to make one.
    func update(_ object: inout KubernetesObject, _ body: (JSON?) throws -> JSON?) rethrows {
        guard applies(to: object) else { return }
        object.json = try Self.update(object.json, path[...], creates: creates, body)
    }

    private static func update(
        _ json: JSON,
        _ path: ArraySlice<Step>,
        creates: Bool,
        _ body: (JSON?) throws -> JSON?
    ) rethrows -> JSON {
        guard let step = path.first else { return json }
        let rest = path.dropFirst()
        var json = json
        let child = json[step.name].flatMap { $0.isNull ? nil : $0 }
        // Lists are gone through element by element, whether or not the path says `[]`.
        if let elements = child?.array {
            json[step.name] = .array(
                try elements.map { element in
                    rest.isEmpty ? try body(element) ?? element : try update(element, rest, creates: creates, body)
                }
            )
            return json
        }
        if step.isList { return json }
        if rest.isEmpty {
            guard child != nil || creates else { return json }
            if let changed = try body(child) { json[step.name] = changed }
            return json
        }
        guard child != nil || creates else { return json }
        json[step.name] = try update(child ?? .object([:]), rest, creates: creates, body)
        return json
    }
}
