import Core
import Foundation

/// Reads a `kustomization.yaml`; every mistake is reported with its place.
struct KustomizationParser {
    /// What kustomize has and Slipway does not render itself.
    private static let unsupported: [String: String] = {
        let rendering = "render with `kubectl kustomize` and deploy the result"
        let names = [
            "bases", "buildMetadata", "configurations", "crds", "generators", "helmCharts", "helmGlobals",
            "helmChartInflationGenerator", "openapi", "replacements", "transformers", "validators", "vars", "metadata",
        ]
        var reasons = Dictionary(uniqueKeysWithValues: names.map { ($0, rendering) })
        reasons["bases"] = "list the folders under resources"
        reasons["metadata"] = "it has no effect"
        reasons["vars"] = "it is deprecated; write the values, or \(rendering)"
        reasons["imageTags"] = "use images"
        return reasons
    }()

    let text: String
    let file: String

    func parse() throws -> KustomizationFile {
        guard let root = try YAMLParser.document(text, file: file), !root.isNull else {
            throw SlipwayError(.invalidInput, "\(file) is empty", next: "List the manifests under resources:.")
        }
        let collector = DiagnosticsCollector()
        let reader = FieldReader(root, what: "A kustomization", text: text, collector: collector)
        let result = read(reader)
        try collector.throwIfAny()
        return result
    }

    private func read(_ reader: FieldReader) -> KustomizationFile {
        var result = KustomizationFile(location: reader.node.location)
        checkType(reader, &result)
        result.resources = reader.strings("resources")
        result.components = reader.strings("components")
        result.namespace = reader.string("namespace")
        result.namePrefix = reader.string("namePrefix")?.value ?? ""
        result.nameSuffix = reader.string("nameSuffix")?.value ?? ""
        result.commonLabels = reader.map("commonLabels")
        result.commonAnnotations = reader.map("commonAnnotations")
        result.labels = reader.readers("labels", what: "An entry of labels").map(labels)
        result.images = reader.readers("images", what: "An image").compactMap(image)
        result.replicas = reader.readers("replicas", what: "An entry of replicas").compactMap(replica)
        result.patches = reader.readers("patches", what: "A patch").compactMap(patch)
        result.strategicPatches = reader.elements("patchesStrategicMerge").compactMap { strategicPatch($0, reader) }
        result.json6902Patches = reader.readers("patchesJson6902", what: "A JSON patch").compactMap(patch)
        for json in result.json6902Patches where json.target == nil {
            reader.collector.report("kustomization", "A JSON patch needs a target", at: json.location)
        }
        result.generatorOptions = reader.reader("generatorOptions", what: "generatorOptions").map(options) ?? .init()
        result.generators =
            reader.readers("configMapGenerator", what: "A ConfigMap generator").compactMap {
                generator($0, "ConfigMap")
            }
            + reader.readers("secretGenerator", what: "A Secret generator").compactMap { generator($0, "Secret") }
        if let sorting = reader.reader("sortOptions", what: "sortOptions") {
            result.order = sorting.string("order")?.value
            if let order = result.order, !["legacy", "fifo"].contains(order) {
                sorting.fail(
                    sorting.node,
                    "The order \"\(order)\" does not exist",
                    help: "Allowed are legacy and fifo."
                )
            }
            sorting.finish(unsupported: ["legacySortOptions": "kubectl's own order is used"])
        }
        reader.finish(unsupported: Self.unsupported)
        return result
    }

    private func checkType(_ reader: FieldReader, _ result: inout KustomizationFile) {
        let kind = reader.string("kind")
        let version = reader.string("apiVersion")
        result.isComponent = kind?.value == "Component"
        if let kind, !["Kustomization", "Component"].contains(kind.value) {
            reader.collector.report(
                "kustomization",
                "The kind is \"\(kind.value)\", not Kustomization",
                at: kind.location
            )
        }
        let wanted = "kustomize.config.k8s.io/" + (result.isComponent ? "v1alpha1" : "v1beta1")
        if let version, version.value != wanted {
            reader.collector.report(
                "kustomization",
                "The apiVersion is \"\(version.value)\", not \(wanted)",
                at: version.location
            )
        }
    }

    private func labels(_ reader: FieldReader) -> KustomizationFile.Labels {
        defer { reader.finish() }
        return KustomizationFile.Labels(
            pairs: reader.map("pairs"),
            includesSelectors: reader.flag("includeSelectors"),
            includesTemplates: reader.flag("includeTemplates"),
            fields: reader.readers("fields", what: "A field").compactMap { field in
                defer { field.finish() }
                guard let path = field.required("path") else { return nil }
                return FieldSpec(
                    path.value,
                    group: field.string("group")?.value,
                    version: field.string("version")?.value,
                    kind: field.string("kind")?.value,
                    creates: field.flag("create")
                )
            }
        )
    }

    private func image(_ reader: FieldReader) -> KustomizationFile.Image? {
        defer { reader.finish(unsupported: ["tagSuffix": "kustomize adds it once or twice, depending on the kind"]) }
        let name = reader.required("name")
        let image = KustomizationFile.Image(
            name: name?.value ?? "",
            newName: reader.string("newName")?.value,
            newTag: reader.string("newTag")?.value,
            digest: reader.string("digest")?.value,
            location: reader.node.location
        )
        if let digest = image.digest, digest.wholeMatch(of: /[a-z0-9]+:[0-9a-f]{32,}/) == nil {
            reader.fail(reader.node, "\"\(digest)\" is no digest", help: "Write sha256: and 64 hexadecimal digits.")
        }
        return name == nil ? nil : image
    }

    private func replica(_ reader: FieldReader) -> KustomizationFile.Replica? {
        defer { reader.finish() }
        let name = reader.required("name")
        let count = reader.integer("count")
        guard let name else { return nil }
        guard let count, count.value >= 0 else {
            reader.fail(reader.node, "replicas of \"\(name.value)\" need a count from 0")
            return nil
        }
        return KustomizationFile.Replica(name: name.value, count: count.value, location: reader.node.location)
    }

    private func options(_ reader: FieldReader) -> KustomizationFile.GeneratorOptions {
        defer { reader.finish() }
        return KustomizationFile.GeneratorOptions(
            labels: reader.map("labels"),
            annotations: reader.map("annotations"),
            disablesNameSuffixHash: reader.flag("disableNameSuffixHash"),
            isImmutable: reader.flag("immutable")
        )
    }

    private func generator(_ reader: FieldReader, _ kind: String) -> KustomizationFile.Generator? {
        defer { reader.finish() }
        let name = reader.required("name")
        let behavior = reader.string("behavior")
        if let behavior, !["", "create", "merge", "replace"].contains(behavior.value) {
            reader.fail(
                reader.node,
                "The behavior \"\(behavior.value)\" does not exist",
                help: "Allowed are create, merge and replace."
            )
        }
        let generator = KustomizationFile.Generator(
            kind: kind,
            name: name?.value ?? "",
            namespace: reader.string("namespace")?.value,
            type: kind == "Secret" ? reader.string("type")?.value : nil,
            behavior: behavior.flatMap { .init(rawValue: $0.value) } ?? .create,
            literals: reader.strings("literals"),
            files: reader.strings("files"),
            envs: reader.strings("envs") + [reader.string("env")].compactMap { $0 },
            options: reader.reader("options", what: "options").map(options) ?? .init(),
            location: reader.node.location
        )
        return name == nil ? nil : generator
    }
}
