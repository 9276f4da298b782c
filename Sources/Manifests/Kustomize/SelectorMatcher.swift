import Core
import Kubernetes

/// Finds the objects that a patch's target means.
struct SelectorMatcher {
    private let group: Pattern
    private let version: Pattern
    private let kind: Pattern
    private let name: Pattern
    private let namespace: Pattern
    private let labels: LabelSelector
    private let annotations: LabelSelector

    /// An anchored regular expression; empty matches everything.
    private struct Pattern {
        let isEmpty: Bool
        let matches: (String) -> Bool

        init(_ text: String, at location: SourceLocation) throws {
            isEmpty = text.isEmpty
            guard !text.isEmpty else {
                matches = { _ in true }
                return
            }
            do {
                let expression = try Regex(text)
                matches = { $0.wholeMatch(of: expression) != nil }
            } catch {
                throw KustomizationFolder.wrong("\"\(text)\" is no regular expression", location)
            }
        }
    }

    init(_ selector: KustomizationFile.Selector) throws {
        let location = selector.location
        group = try Pattern(selector.group, at: location)
        version = try Pattern(selector.version, at: location)
        kind = try Pattern(selector.kind, at: location)
        name = try Pattern(selector.name, at: location)
        namespace = try Pattern(selector.namespace, at: location)
        do {
            labels = try LabelSelector(parsing: selector.labelSelector)
            annotations = try LabelSelector(parsing: selector.annotationSelector)
        } catch {
            throw KustomizationFolder.wrong(error.message, location)
        }
    }

    /// An object answers to its original name and namespace too.
    func matches(_ resource: Resource) -> Bool {
        let object = resource.object
        let identities = [resource.original, resource.identity]
        return group.matches(object.group) && version.matches(object.version) && kind.matches(object.kind)
            && identities.contains { name.matches($0.name) }
            && identities.contains { namespace.matches($0.effectiveNamespace) }
            && labels.matches(object.labels) && annotations.matches(object.annotations)
    }
}
