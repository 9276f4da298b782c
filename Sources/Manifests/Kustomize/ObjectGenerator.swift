import Core
import Foundation
import Kubernetes

/// Makes ConfigMaps and Secrets from literals, files and environment files.
struct ObjectGenerator {
    let file: KustomizationFile
    let folder: KustomizationFolder
    let scope: [Int]

    func run(on set: inout ResourceSet) throws {
        for generator in file.generators {
            let made = try resource(generator)
            let places = set.indices(of: made.object)
            switch (places.first, generator.behavior) {
            case (nil, .create):
                try set.append(made)
            case (nil, _):
                let names = set.resources.filter { $0.object.kind == generator.kind }.map(\.original.name)
                throw KustomizationFolder.wrong(
                    "There is no \(generator.kind) \"\(generator.name)\" to \(generator.behavior.rawValue)",
                    generator.location,
                    help: Suggestion.help(for: generator.name, in: names)
                )
            case (_, .create):
                throw KustomizationFolder.wrong(
                    "The \(generator.kind) \"\(generator.name)\" is already there",
                    generator.location,
                    help: "Say behavior: merge or behavior: replace."
                )
            case (_, _) where places.count > 1:
                throw KustomizationFolder.wrong(
                    "There are \(places.count) \(generator.kind)s \"\(generator.name)\" to \(generator.behavior.rawValue)",
                    generator.location
                )
            case (let place?, _):
                set.resources[place] = combined(set.resources[place], made, generator.behavior)
            }
        }
    }

    /// The old object's names and place in the tree, with the new one's content over or instead of its own.
    private func combined(_ old: Resource, _ made: Resource, _ behavior: KustomizationFile.Generator.Behavior)
        -> Resource
    {
        var object = made.object
        object.name = old.object.name
        if let namespace = old.object.namespace { object.namespace = namespace }
        for field in ["labels", "annotations"] {
            let merged = (old.object["metadata", field]?.object ?? [:])
                .merging(made.object["metadata", field]?.object ?? [:]) { $1 }
            if !merged.isEmpty { object["metadata", field] = .object(merged) }
        }
        if behavior == .merge {
            for field in ["data", "binaryData"] {
                let merged = (old.object[field]?.object ?? [:]).merging(made.object[field]?.object ?? [:]) { $1 }
                object[field] = merged.isEmpty ? nil : .object(merged)
            }
        }
        var result = Resource(object, at: old.location, scope: old.scope, needsHash: made.needsHash)
        result.remember(old.identities)
        return result
    }

    private func resource(_ generator: KustomizationFile.Generator) throws -> Resource {
        let options = generator.options.merged(over: file.generatorOptions)
        let isSecret = generator.kind == "Secret"
        var object = KubernetesObject(
            isSecret ? .secret : .configMap,
            namespace: generator.namespace,
            name: generator.name
        )
        if isSecret { object["type"] = .string(generator.type ?? "Opaque") }
        var text: [String: JSON] = [:]
        var binary: [String: JSON] = [:]
        for (key, value) in try GeneratorSources(generator: generator, folder: folder).pairs() {
            if isSecret {
                text[key] = .string(value.base64EncodedString())
            } else if let string = String(data: value, encoding: .utf8) {
                text[key] = .string(string)
            } else {
                binary[key] = .string(value.base64EncodedString())
            }
        }
        if !text.isEmpty { object["data"] = .object(text) }
        if !binary.isEmpty { object["binaryData"] = .object(binary) }
        if options.isImmutable { object["immutable"] = true }
        if !options.labels.isEmpty { object.labels = options.labels }
        if !options.annotations.isEmpty { object.annotations = options.annotations }
        return Resource(object, at: generator.location, scope: scope, needsHash: !options.disablesNameSuffixHash)
    }
}
