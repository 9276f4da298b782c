import Core
import Kubernetes

/// The rules for the kinds with few of them.
enum OtherValidation {
    static func service(_ object: KubernetesObject, _ errors: inout FieldErrors) {
        let spec = object.spec ?? .object([:])
        let type = spec["type"]?.string ?? "ClusterIP"
        errors.requireOne(of: ["ClusterIP", "ExternalName", "LoadBalancer", "NodePort"], "spec.type", spec["type"])
        if ["ExternalName", "LoadBalancer", "NodePort"].contains(type) {
            // Accepted and not served would be worse than refused.
            let only = "the local cluster has Services of type ClusterIP only; each has an address of its own"
            errors.invalid("spec.type", .string(type), only)
        }
        errors.requireOne(of: ["ClientIP", "None"], "spec.sessionAffinity", spec["sessionAffinity"])
        let ports = spec["ports"]?.array ?? []
        let isHeadless = spec["clusterIP"]?.string == "None"
        if ports.isEmpty, !isHeadless { errors.required("spec.ports") }
        var names: Set<String> = []
        var pairs: Set<String> = []
        for (index, port) in ports.enumerated() {
            let field = "spec.ports[\(index)]"
            if let name = port["name"]?.string, !name.isEmpty {
                if let problem = NameRule.label.problem(with: name) {
                    errors.invalid("\(field).name", .string(name), problem)
                } else if !names.insert(name).inserted {
                    errors.duplicate("\(field).name", .string(name))
                }
            } else if ports.count > 1 {
                errors.required("\(field).name")
            }
            if port["port"]?.int == nil {
                errors.required("\(field).port")
            } else {
                errors.requirePort("\(field).port", port["port"])
            }
            errors.requirePort("\(field).targetPort", port["targetPort"])
            errors.requireOne(of: ["SCTP", "TCP", "UDP"], "\(field).protocol", port["protocol"])
            let pair: JSON = ["port": port["port"] ?? .null, "protocol": port["protocol"] ?? "TCP"]
            if !pairs.insert(pair.text()).inserted { errors.duplicate(field, pair) }
        }
        MetadataValidation.labels(spec["selector"], "spec.selector", &errors)
    }

    static func serviceUpdate(_ new: KubernetesObject, _ old: KubernetesObject, _ errors: inout FieldErrors) {
        guard let address = old["spec", "clusterIP"]?.string, !address.isEmpty else { return }
        if new["spec", "clusterIP"]?.string != address {
            errors.invalid("spec.clusterIP", new["spec", "clusterIP"] ?? "", "field is immutable")
        }
    }

    static func configMap(_ object: KubernetesObject, _ errors: inout FieldErrors) {
        keys(object, ["data", "binaryData"], &errors)
    }

    static func secret(_ object: KubernetesObject, _ errors: inout FieldErrors) {
        keys(object, ["data"], &errors)
    }

    /// Keys become file names; all values together are at most 1 MiB.
    private static func keys(_ object: KubernetesObject, _ fields: [String], _ errors: inout FieldErrors) {
        var size = 0
        for field in fields {
            for (key, value) in (object[field]?.object ?? [:]).sorted(by: { $0.key < $1.key }) {
                if key.wholeMatch(of: /[-._a-zA-Z0-9]+/) == nil || key == "." || key.hasPrefix("..") {
                    errors.invalid(
                        "\(field)[\(key)]",
                        .string(key),
                        "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',"
                            + "  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')"
                    )
                }
                size += value.string?.utf8.count ?? 0
            }
        }
        if size > 1_048_576 { errors.tooLong("", maximum: 1_048_576) }
    }

    /// A ConfigMap or Secret marked immutable stays as it is.
    static func immutableData(_ new: KubernetesObject, _ old: KubernetesObject, _ errors: inout FieldErrors) {
        guard old["immutable"]?.bool == true else { return }
        if new["immutable"]?.bool != true {
            errors.forbidden("immutable", "field is immutable when `immutable` is set")
        }
        for field in ["data", "binaryData"] where new[field] != old[field] {
            errors.forbidden(field, "field is immutable when `immutable` is set")
        }
    }

    static func secretUpdate(_ new: KubernetesObject, _ old: KubernetesObject, _ errors: inout FieldErrors) {
        errors.requireUnchanged("type", new["type"], old["type"])
        immutableData(new, old, &errors)
    }

    static func lease(_ object: KubernetesObject, _ errors: inout FieldErrors) {
        if let duration = object["spec", "leaseDurationSeconds"]?.int, duration <= 0 {
            errors.invalid("spec.leaseDurationSeconds", .int(Int64(duration)), "must be greater than 0")
        }
        errors.requireNonNegative("spec.leaseTransitions", object["spec", "leaseTransitions"])
    }

    static func claim(_ object: KubernetesObject, _ errors: inout FieldErrors) {
        let modes = object["spec", "accessModes"]?.array ?? []
        if modes.isEmpty { errors.required("spec.accessModes", "at least 1 access mode is required") }
        for mode in modes {
            errors.requireOne(
                of: ["ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce", "ReadWriteOncePod"],
                "spec.accessModes",
                mode
            )
        }
        guard let storage = object["spec", "resources", "requests", "storage"] else {
            errors.required("spec.resources[storage]")
            return
        }
        guard let size = Quantity(storage), size > .zero else {
            errors.invalid("spec.resources[storage]", storage, "must be greater than zero")
            return
        }
    }

    /// A bound claim may only grow.
    static func claimUpdate(_ new: KubernetesObject, _ old: KubernetesObject, _ errors: inout FieldErrors) {
        func fixed(_ object: KubernetesObject) -> JSON {
            var spec = object.spec ?? .object([:])
            spec["resources"] = nil
            spec["volumeAttributesClassName"] = nil
            if old["spec", "volumeName"] == nil { spec["volumeName"] = nil }
            if old["spec", "storageClassName"] == nil { spec["storageClassName"] = nil }
            return spec
        }
        if fixed(new) != fixed(old) {
            errors.forbidden(
                "spec",
                "spec is immutable after creation except resources.requests and volumeAttributesClassName for bound "
                    + "claims"
            )
        }
        if let before = Quantity(old["spec", "resources", "requests", "storage"]),
            let after = Quantity(new["spec", "resources", "requests", "storage"]), after < before
        {
            errors.forbidden("spec.resources.requests.storage", "field can not be less than status.capacity")
        }
    }

    static func disruptionBudget(_ object: KubernetesObject, _ errors: inout FieldErrors) {
        if object["spec", "minAvailable"] != nil, object["spec", "maxUnavailable"] != nil {
            errors.invalid(
                "spec",
                object.spec,
                "minAvailable and maxUnavailable cannot be both set"
            )
        }
        for field in ["minAvailable", "maxUnavailable"] {
            guard let value = object["spec", field] else { continue }
            if IntOrPercent(value) == nil {
                errors.invalid("spec.\(field)", value, "must be an integer or a percentage such as 50%")
            }
            errors.requireNonNegative("spec.\(field)", value)
        }
    }

    static func binding(_ object: KubernetesObject, _ errors: inout FieldErrors) {
        let group = object["roleRef", "apiGroup"]?.string ?? ""
        if group != "rbac.authorization.k8s.io" {
            errors.unsupported("roleRef.apiGroup", .string(group), ["rbac.authorization.k8s.io"])
        }
        if !["Role", "ClusterRole"].contains(object["roleRef", "kind"]?.string ?? "") {
            errors.unsupported("roleRef.kind", object["roleRef", "kind"], ["ClusterRole", "Role"])
        }
        if object["roleRef", "name"]?.string?.isEmpty ?? true { errors.required("roleRef.name") }
    }

    static func bindingUpdate(_ new: KubernetesObject, _ old: KubernetesObject, _ errors: inout FieldErrors) {
        if new["roleRef"] != old["roleRef"] { errors.invalid("roleRef", new["roleRef"], "cannot change roleRef") }
    }

    static func role(_ object: KubernetesObject, _ errors: inout FieldErrors) {
        for (index, rule) in (object["rules"]?.array ?? []).enumerated() {
            if rule["verbs"]?.array?.isEmpty ?? true {
                errors.required("rules[\(index)].verbs", "verbs must contain at least one value")
            }
        }
    }

    static func endpointSlice(_ object: KubernetesObject, _ errors: inout FieldErrors) {
        if object["addressType"]?.string?.isEmpty ?? true { errors.required("addressType") }
        errors.requireOne(of: ["FQDN", "IPv4", "IPv6"], "addressType", object["addressType"])
    }

    static func endpointSliceUpdate(_ new: KubernetesObject, _ old: KubernetesObject, _ errors: inout FieldErrors) {
        errors.requireUnchanged("addressType", new["addressType"], old["addressType"])
    }

    static func ingress(_ object: KubernetesObject, _ errors: inout FieldErrors) {
        let rules = object["spec", "rules"]?.array ?? []
        if rules.isEmpty, object["spec", "defaultBackend"] == nil {
            errors.invalid("spec", object.spec ?? .object([:]), "either `defaultBackend` or `rules` must be specified")
        }
        for (index, rule) in rules.enumerated() {
            for (number, path) in (rule[path: "http", "paths"]?.array ?? []).enumerated() {
                let field = "spec.rules[\(index)].http.paths[\(number)]"
                if path["pathType"] == nil { errors.required("\(field).pathType", "pathType must be specified") }
                errors.requireOne(
                    of: ["Exact", "ImplementationSpecific", "Prefix"],
                    "\(field).pathType",
                    path["pathType"]
                )
            }
        }
    }

    static func quota(_ object: KubernetesObject, _ errors: inout FieldErrors) {
        errors.requireQuantities("spec.hard", object["spec", "hard"])
    }
}
