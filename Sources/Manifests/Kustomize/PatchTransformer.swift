import Core
import Foundation
import Kubernetes

/// Applies the patches of a kustomization; one that matches nothing is an error.
struct PatchTransformer {
    let folder: KustomizationFolder

    func apply(_ patches: [KustomizationFile.Patch], to set: inout ResourceSet) throws {
        for patch in patches { try apply(patch, to: &set) }
    }

    private func apply(_ patch: KustomizationFile.Patch, to set: inout ResourceSet) throws {
        let (text, file) = try text(of: patch)
        let documents = try YAMLParser.documents(text, file: file).filter { !$0.isNull }
        guard !documents.isEmpty else { throw KustomizationFolder.wrong("The patch is empty", patch.location) }
        for document in documents {
            switch document.content {
            case .sequence:
                // kustomize reads these with the other YAML library.
                let content = try ManifestReader.value(document, text: text, dialect: .kubectl)
                try applyJSON(content, of: patch, to: &set)
            case .mapping:
                let content = try ManifestReader.value(document, text: text, dialect: .kustomize)
                try applyStrategic(content, of: patch, to: &set)
            case .scalar:
                throw KustomizationFolder.wrong("A patch is an object or a list of operations", patch.location)
            }
        }
    }

    /// An inline patch's places are not those of the file, so messages name the patch by its own.
    private func text(of patch: KustomizationFile.Patch) throws -> (text: String, file: String) {
        switch patch.content {
        case .inline(let text): return (text.value, "\(text.location) (inline patch)")
        case .file(let path): return (try ManifestReader.text(of: try folder.file(path)), folder.named(path.value))
        }
    }

    private func applyJSON(_ content: JSON, of patch: KustomizationFile.Patch, to set: inout ResourceSet) throws {
        guard let selector = patch.target else {
            throw KustomizationFolder.wrong("A JSON patch needs a target", patch.location)
        }
        do {
            let operations = try JSONPatch(content)
            for index in try matches(selector, in: set) {
                let before = set.resources[index].identity
                set.resources[index].object.json = try operations.apply(to: set.resources[index].object.json)
                set.resources[index].remember([before])
            }
        } catch let error as PatchError {
            throw KustomizationFolder.wrong("The patch cannot be applied: \(error.message)", patch.location)
        }
    }

    private func applyStrategic(_ content: JSON, of patch: KustomizationFile.Patch, to set: inout ResourceSet) throws {
        let places = try patch.target.map { try matches($0, in: set) } ?? [try namesake(content, patch, in: set)]
        // From the end, so that a deleted object moves none of those still to come.
        for index in places.sorted(by: >) {
            if content[PatchDirective.patch] == "delete" {
                set.resources.remove(at: index)
            } else {
                try merge(content, patch, into: &set.resources[index])
            }
        }
    }

    private func merge(_ content: JSON, _ patch: KustomizationFile.Patch, into resource: inout Resource) throws {
        let old = resource.object
        do {
            resource.object = try StrategicMergePatch.apply(content, to: old, dialect: .kustomize)
        } catch {
            throw KustomizationFolder.wrong(
                "The patch cannot be applied to \(resource.words): \(error.message)",
                patch.location
            )
        }
        if !patch.allowsKindChange {
            resource.object.apiVersion = old.apiVersion
            resource.object.kind = old.kind
        }
        let before = resource.identity
        if !patch.allowsNameChange {
            resource.object.name = old.name
            resource.object.namespace = old.namespace
        } else if before != Resource.Identity(name: old.name, namespace: old.namespace) {
            resource.remember([Resource.Identity(name: old.name, namespace: old.namespace)])
        }
    }

    /// The one object that a patch without a target names by kind and name.
    private func namesake(_ content: JSON, _ patch: KustomizationFile.Patch, in set: ResourceSet) throws -> Int {
        let wanted = KubernetesObject(content)
        guard !wanted.kind.isEmpty, !wanted.apiVersion.isEmpty, !wanted.name.isEmpty else {
            throw KustomizationFolder.wrong(
                "A patch needs a target, or apiVersion, kind and metadata.name of the object it is for",
                patch.location
            )
        }
        let found = set.indices(of: wanted)
        guard let index = found.first else {
            let names = set.resources.filter { $0.object.kind == wanted.kind }.map(\.object.name)
            let kinds = set.resources.map(\.object.kind)
            throw KustomizationFolder.wrong(
                "The patch is for \(wanted.kind) \"\(wanted.name)\", which is not here",
                patch.location,
                help: names.isEmpty
                    ? Suggestion.nearest(to: wanted.kind, in: kinds).map { "Did you mean \"\($0)\"?" }
                    : Suggestion.help(for: wanted.name, in: names)
            )
        }
        guard found.count == 1 else {
            throw KustomizationFolder.wrong(
                "The patch is for \(wanted.kind) \"\(wanted.name)\", of which there are \(found.count)",
                patch.location,
                help: "Name the namespace too."
            )
        }
        return index
    }

    private func matches(_ selector: KustomizationFile.Selector, in set: ResourceSet) throws -> [Int] {
        let matcher = try SelectorMatcher(selector)
        let found = set.resources.indices.filter { matcher.matches(set.resources[$0]) }
        guard !found.isEmpty else {
            throw KustomizationFolder.wrong(
                "The patch's target matches nothing",
                selector.location,
                help: "There are: "
                    + set.resources.map { "\($0.object.kind)/\($0.object.name)" }.joined(separator: ", ")
            )
        }
        return Array(found)
    }
}
