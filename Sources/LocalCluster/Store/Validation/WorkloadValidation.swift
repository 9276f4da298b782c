import Core
import Kubernetes

/// The rules for Deployments, ReplicaSets and Pods.
enum WorkloadValidation {
    static func deployment(_ object: KubernetesObject, _ errors: inout FieldErrors) {
        let spec = object.spec ?? .object([:])
        workload(spec, &errors)
        errors.requireNonNegative("spec.minReadySeconds", spec["minReadySeconds"])
        errors.requireNonNegative("spec.revisionHistoryLimit", spec["revisionHistoryLimit"])
        errors.requireNonNegative("spec.progressDeadlineSeconds", spec["progressDeadlineSeconds"])
        if let deadline = spec["progressDeadlineSeconds"]?.int, deadline <= spec["minReadySeconds"]?.int ?? 0 {
            errors.invalid(
                "spec.progressDeadlineSeconds",
                spec["progressDeadlineSeconds"],
                "must be greater than minReadySeconds"
            )
        }
        strategy(spec["strategy"] ?? .object([:]), &errors)
    }

    static func replicaSet(_ object: KubernetesObject, _ errors: inout FieldErrors) {
        workload(object.spec ?? .object([:]), &errors)
        errors.requireNonNegative("spec.minReadySeconds", object["spec", "minReadySeconds"])
    }

    static func immutableSelector(_ new: KubernetesObject, _ old: KubernetesObject, _ errors: inout FieldErrors) {
        errors.requireUnchanged("spec.selector", new["spec", "selector"], old["spec", "selector"])
    }

    /// What a Deployment and a ReplicaSet have in common: replicas, selector and template.
    private static func workload(_ spec: JSON, _ errors: inout FieldErrors) {
        errors.requireNonNegative("spec.replicas", spec["replicas"])
        if let selector = spec["selector"], let members = selector.object {
            if members.isEmpty {
                errors.invalid("spec.selector", .object([:]), "empty selector is invalid for deployment")
            } else {
                self.selector(selector, template: spec["template"] ?? .object([:]), &errors)
            }
        } else {
            errors.required("spec.selector")
        }
        MetadataValidation.labels(
            spec[path: "template", "metadata", "labels"],
            "spec.template.metadata.labels",
            &errors
        )
        PodSpecValidation.validate(
            spec[path: "template", "spec"] ?? .object([:]),
            at: "spec.template.spec",
            restartPolicies: ["Always"],
            &errors
        )
    }

    private static func selector(_ selector: JSON, template: JSON, _ errors: inout FieldErrors) {
        MetadataValidation.labels(selector["matchLabels"], "spec.selector.matchLabels", &errors)
        do throws(KubernetesStatusError) {
            let labels = (template[path: "metadata", "labels"]?.object ?? [:]).compactMapValues(\.string)
            if try !LabelSelector(object: selector).matches(labels) {
                errors.invalid(
                    "spec.template.metadata.labels",
                    template[path: "metadata", "labels"],
                    "`selector` does not match template `labels`"
                )
            }
        } catch {
            errors.invalid("spec.selector", selector, error.message)
        }
    }

    private static func strategy(_ strategy: JSON, _ errors: inout FieldErrors) {
        errors.requireOne(of: ["Recreate", "RollingUpdate"], "spec.strategy.type", strategy["type"])
        guard let rolling = strategy["rollingUpdate"] else { return }
        if strategy["type"]?.string == "Recreate" {
            errors.forbidden("spec.strategy.rollingUpdate", "may not be specified when strategy `type` is 'Recreate'")
            return
        }
        for name in ["maxUnavailable", "maxSurge"] {
            let field = "spec.strategy.rollingUpdate.\(name)"
            switch IntOrPercent(rolling[name]) {
            case nil where rolling[name] != nil:
                errors.invalid(
                    field,
                    rolling[name],
                    "a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%', "
                        + "regex used for validation is '[0-9]+%')"
                )
            case .int: errors.requireNonNegative(field, rolling[name])
            case .percent(let share) where name == "maxUnavailable" && share > 100:
                errors.invalid(field, rolling[name], "must not be greater than 100%")
            default: break
            }
        }
        if isZero(rolling["maxUnavailable"]), isZero(rolling["maxSurge"]) {
            errors.invalid(
                "spec.strategy.rollingUpdate.maxUnavailable",
                rolling["maxUnavailable"],
                "may not be 0 when `maxSurge` is 0"
            )
        }
    }

    private static func isZero(_ value: JSON?) -> Bool {
        switch IntOrPercent(value) {
        case .int(let number): number == 0
        case .percent(let share): share == 0
        case nil: false
        }
    }

    // MARK: Pods

    static func pod(_ object: KubernetesObject, _ errors: inout FieldErrors) {
        PodSpecValidation.validate(
            object.spec ?? .object([:]),
            at: "spec",
            restartPolicies: ["Always", "Never", "OnFailure"],
            &errors
        )
    }

    /// A pod's spec is fixed but for a few fields.
    static func podUpdate(_ new: KubernetesObject, _ old: KubernetesObject, _ errors: inout FieldErrors) {
        // The node is set once, by the scheduler.
        guard
            comparable(new, node: old["spec", "nodeName"] == nil)
                != comparable(old, node: old["spec", "nodeName"] == nil)
        else { return }
        errors.forbidden(
            "spec",
            "pod updates may not change fields other than `spec.containers[*].image`,"
                + "`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to "
                + "existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was "
                + "previously negative)"
        )
    }

    private static func comparable(_ pod: KubernetesObject, node mayChange: Bool) -> JSON? {
        var spec = pod.spec ?? .object([:])
        for field in ["activeDeadlineSeconds", "tolerations"] + (mayChange ? ["nodeName"] : []) { spec[field] = nil }
        for list in ["containers", "initContainers"] {
            guard let items = spec[list]?.array else { continue }
            spec[list] = .array(
                items.map { item in
                    var item = item
                    item["image"] = nil
                    return item
                }
            )
        }
        return spec
    }
}
