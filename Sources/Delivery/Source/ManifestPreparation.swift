import Core
import Foundation
import Kubernetes

/// Makes manifests ready for one environment: the image by digest, everything in its namespace, nothing that cannot be
/// meant.
package struct ManifestPreparation: Sendable {
    let environment: EnvironmentSettings

    package init(environment: EnvironmentSettings) { self.environment = environment }

    /// - Throws: `SlipwayError` (`.invalidInput`) naming what does not match.
    package func prepare(_ objects: [KubernetesObject], image: ReleaseImage) throws -> [KubernetesObject] {
        let placed = try objects.map(inNamespace)
        try refuseDuplicates(placed)
        try refusePlaceholders(placed)
        let name = environment.deployment.text
        let deployments = placed.filter { $0.kind == "Deployment" }.map(\.name)
        guard deployments.contains(name) else {
            throw SlipwayError(
                .invalidInput,
                "\(environment.manifests.text) has no Deployment \"\(name)\"",
                at: environment.deployment.location,
                next: Suggestion.help(for: name, in: deployments)
            )
        }
        return try placed.map { object in
            object.kind == "Deployment" && object.name == name ? try withImage(object, image: image) : object
        }
    }

    private func inNamespace(_ object: KubernetesObject) throws -> KubernetesObject {
        guard !object.kind.isEmpty, !object.name.isEmpty else {
            throw SlipwayError(
                .invalidInput,
                "A manifest in \(environment.manifests.text) has no kind or no name",
                next: "Objects with generateName cannot be deployed: each release would add another."
            )
        }
        let type = try ObjectReference(object).type()
        guard type.isNamespaced else { return object }
        var object = object
        if let namespace = object.namespace, namespace != environment.namespace {
            throw SlipwayError(
                .invalidInput,
                "\(ObjectReference(object)) belongs to namespace \(namespace), not to \(environment.namespace)",
                at: environment.location,
                why: "a release writes to its environment's namespace only",
                next: "Correct \"namespace\" in slipway.yml or in \(environment.manifests.text)."
            )
        }
        object.namespace = environment.namespace
        return object
    }

    private func refuseDuplicates(_ objects: [KubernetesObject]) throws {
        var seen: Set<ObjectKey> = []
        for object in objects where !seen.insert(object.key).inserted {
            throw SlipwayError(
                .invalidInput,
                "\(ObjectReference(object)) stands twice in \(environment.manifests.text)"
            )
        }
    }

    private func refusePlaceholders(_ objects: [KubernetesObject]) throws {
        let found = objects.flatMap { object in
            Placeholders.keys(in: object).map { "\($0) of Secret \(object.name)" }
        }
        guard found.isEmpty else {
            throw SlipwayError(
                .invalidInput,
                "The manifests hold placeholders instead of secrets: \(found.joined(separator: ", "))",
                why: "applied, they would overwrite the live values",
                next: "Take the Secret out of \(environment.manifests.text) and create it in the cluster once."
            )
        }
    }

    /// Sets the image on the container, and on every other container of the pod that runs the same repository.
    private func withImage(_ deployment: KubernetesObject, image: ReleaseImage) throws -> KubernetesObject {
        if deployment["spec", "paused"]?.bool == true {
            throw SlipwayError(
                .invalidInput,
                "The manifest of Deployment \(deployment.name) is paused: its rollout would never end",
                next: "Take spec.paused out of \(environment.manifests.text)."
            )
        }
        let name = environment.container.text
        let names = DeploymentView(deployment).template.containers.map(\.name)
        guard names.contains(name) else {
            throw SlipwayError(
                .invalidInput,
                "Deployment \(deployment.name) has no container \"\(name)\"",
                at: environment.container.location,
                next: Suggestion.help(for: name, in: names)
            )
        }
        var deployment = deployment
        for field in ["containers", "initContainers"] {
            guard let containers = deployment["spec", "template", "spec", field]?.array else { continue }
            deployment["spec", "template", "spec", field] = .array(
                containers.map { container in
                    var container = container
                    let isNamed = field == "containers" && container["name"]?.string == name
                    if isNamed || repository(of: container["image"]?.string ?? "") == environment.image {
                        container["image"] = .string(image.reference)
                    }
                    return container
                }
            )
        }
        return deployment
    }

    /// An image's name without tag and digest.
    private func repository(of image: String) -> String {
        let withoutDigest = image.prefix { $0 != "@" }
        guard let colon = withoutDigest.lastIndex(of: ":"), !withoutDigest[colon...].contains("/") else {
            return String(withoutDigest)
        }
        return String(withoutDigest[..<colon])
    }
}
