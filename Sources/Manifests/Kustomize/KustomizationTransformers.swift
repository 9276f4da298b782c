import Core
import Foundation
import Kubernetes

/// Applies what one kustomization says to the objects it has gathered, in kustomize's order.
struct KustomizationTransformers {
    let file: KustomizationFile
    let folder: KustomizationFolder
    let scope: [Int]

    func run(on set: inout ResourceSet) throws {
        let patches = PatchTransformer(folder: folder)
        try patches.apply(file.strategicPatches, to: &set)
        try patches.apply(file.patches, to: &set)
        setNamespace(&set)
        rename(&set)
        label(&set)
        annotate(&set)
        try patches.apply(file.json6902Patches, to: &set)
        try setReplicas(&set)
        try setImages(&set)
    }

    private func setNamespace(_ set: inout ResourceSet) {
        guard let namespace = file.namespace?.value, !namespace.isEmpty else { return }
        set.update { resource in
            if resource.object.kind == "Namespace", resource.object.group.isEmpty {
                resource.rename(name: namespace)
            } else if !resource.isClusterScoped {
                resource.rename(namespace: namespace)
            }
            for field in FieldSpecs.namespaces { field.update(&resource.object) { _ in .string(namespace) } }
            setDefaultSubjects(&resource.object, namespace)
        }
    }

    /// Bindings to the service account `default` mean that of the namespace they come to.
    private func setDefaultSubjects(_ object: inout KubernetesObject, _ namespace: String) {
        guard ["RoleBinding", "ClusterRoleBinding"].contains(object.kind), let subjects = object["subjects"]?.array
        else {
            return
        }
        object["subjects"] = .array(
            subjects.map { subject in
                guard subject["kind"]?.string == "ServiceAccount", subject["name"]?.string == "default" else {
                    return subject
                }
                var subject = subject
                subject["namespace"] = .string(namespace)
                return subject
            }
        )
    }

    private func rename(_ set: inout ResourceSet) {
        guard !file.namePrefix.isEmpty || !file.nameSuffix.isEmpty else { return }
        set.update { resource in
            guard !FieldSpecs.fixedNames.contains(resource.object.kind) else { return }
            resource.rename(name: file.namePrefix + resource.object.name + file.nameSuffix)
        }
    }

    private func label(_ set: inout ResourceSet) {
        add(file.commonLabels, at: FieldSpecs.labelsAndSelectors, to: &set)
        for entry in file.labels {
            let fields =
                entry.includesSelectors
                ? FieldSpecs.labelsAndSelectors
                : entry.includesTemplates ? FieldSpecs.labelsAndTemplates : FieldSpecs.metadataLabels
            add(entry.pairs, at: fields + entry.fields, to: &set)
        }
    }

    private func annotate(_ set: inout ResourceSet) {
        add(file.commonAnnotations, at: FieldSpecs.annotations, to: &set)
    }

    private func add(_ pairs: [String: String], at fields: [FieldSpec], to set: inout ResourceSet) {
        guard !pairs.isEmpty else { return }
        let values = pairs.mapValues(JSON.string)
        set.update { resource in
            for field in fields {
                field.update(&resource.object) { existing in
                    .object((existing?.object ?? [:]).merging(values) { $1 })
                }
            }
        }
    }

    private func setReplicas(_ set: inout ResourceSet) throws {
        for replica in file.replicas {
            var found = false
            set.update { resource in
                let isNamed = resource.identities.contains { $0.name == replica.name }
                guard isNamed, FieldSpecs.replicas.contains(where: { $0.applies(to: resource.object) }) else { return }
                found = true
                for field in FieldSpecs.replicas {
                    field.update(&resource.object) { _ in .int(Int64(replica.count)) }
                }
            }
            guard found else {
                let names = set.resources.filter { FieldSpecs.replicas.map(\.kind).contains($0.object.kind) }
                throw KustomizationFolder.wrong(
                    "replicas names \"\(replica.name)\", and there is no Deployment, ReplicaSet or StatefulSet of that name",
                    replica.location,
                    help: Suggestion.help(for: replica.name, in: names.map(\.original.name))
                )
            }
        }
    }

    private func setImages(_ set: inout ResourceSet) throws {
        for image in file.images {
            let transformer = ImageTransformer(image: image)
            var seen: Set<String> = []
            var found = false
            set.update { resource in
                resource.object.json = transformer.transform(resource.object.json, found: &found, seen: &seen)
            }
            guard found else {
                throw KustomizationFolder.wrong(
                    "images names \"\(image.name)\", and no container runs it",
                    image.location,
                    help: Suggestion.help(for: image.name, in: seen)
                )
            }
        }
    }
}
