import Core
import Kubernetes

/// Rewrites manifests for one of the two slots: its Deployment's name and labels, and what leads to it.
///
/// The Service's selector gets the slot as a further label. So whatever else selects the service's pods by the
/// manifests' labels (a PodDisruptionBudget, a NetworkPolicy, an affinity) goes on to mean the pods of both.
struct BlueGreenArrangement {
    let environment: EnvironmentSettings

    private var base: String { environment.deployment.text }

    /// - Throws: `SlipwayError` (`.invalidInput`) where there is no Service to switch.
    func check(_ objects: [KubernetesObject]) throws {
        let service = objects.first(where: isService)
        guard let selector = service?["spec", "selector"]?.object, !selector.isEmpty else {
            throw SlipwayError(
                .invalidInput,
                "A blue-green release switches the Service \(environment.service), and "
                    + (service == nil ? "\(environment.manifests.text) has none" : "it selects no pods"),
                at: environment.location,
                next: "Add it to the manifests, name it under \"service\", or use another strategy."
            )
        }
        let name = Slot.green.deployment(base)
        if objects.contains(where: { $0.kind == "Deployment" && $0.name == name }) {
            throw SlipwayError(
                .invalidInput,
                "\(environment.manifests.text) has a Deployment \(name), which is the name of the second one of a "
                    + "blue-green release",
                at: environment.location,
                next: "Rename it."
            )
        }
    }

    /// The manifests for a slot; with nil for a Deployment that was made before there were slots.
    func objects(_ objects: [KubernetesObject], slot: Slot?) -> [KubernetesObject] {
        guard let slot else { return objects }
        return objects.map { object in
            if isDeployment(object) { return deployment(object, slot: slot) }
            if isService(object) { return service(object, slot: slot) }
            if scalesDeployment(object) {
                var scaler = object
                scaler["spec", "scaleTargetRef", "name"] = .string(slot.deployment(base))
                return scaler
            }
            return object
        }
    }

    /// Whether it leads to the slot, and so is written when the traffic is switched.
    func isSwitched(_ reference: ObjectReference, in objects: [KubernetesObject]) -> Bool {
        objects.contains { ObjectReference($0) == reference && (isService($0) || scalesDeployment($0)) }
    }

    /// The Service narrowed to the pods that serve now, for the time in which pods of both kinds would match it.
    static func narrowed(_ service: KubernetesObject, toTemplate hash: String) -> KubernetesObject {
        var service = service
        service["spec", "selector", LabelName.podTemplateHash] = .string(hash)
        return service
    }

    private func isService(_ object: KubernetesObject) -> Bool {
        object.kind == "Service" && object.name == environment.service
    }

    private func isDeployment(_ object: KubernetesObject) -> Bool {
        object.kind == "Deployment" && object.name == base
    }

    private func scalesDeployment(_ object: KubernetesObject) -> Bool {
        object.kind == "HorizontalPodAutoscaler" && object["spec", "scaleTargetRef", "kind"]?.string == "Deployment"
            && [base, Slot.green.deployment(base)].contains(object["spec", "scaleTargetRef", "name"]?.string)
    }

    /// The selector of a Deployment cannot be changed: the manifests' own Deployment keeps the one it has.
    private func deployment(_ object: KubernetesObject, slot: Slot) -> KubernetesObject {
        var object = object
        object.name = slot.deployment(base)
        object["spec", "template", "metadata", "labels", DeliveryName.slot] = .string(slot.rawValue)
        if slot == .green { object["spec", "selector", "matchLabels", DeliveryName.slot] = .string(slot.rawValue) }
        return object
    }

    private func service(_ object: KubernetesObject, slot: Slot) -> KubernetesObject {
        var object = object
        object["spec", "selector", DeliveryName.slot] = .string(slot.rawValue)
        return object
    }
}
