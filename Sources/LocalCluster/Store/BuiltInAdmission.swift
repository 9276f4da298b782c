import Core
import Kubernetes

/// Gives pods what Kubernetes' admission gives them: service account, tolerations, priority.
struct PodAdmission: AdmissionPlugin {
    func admit(
        _ object: inout KubernetesObject,
        old: KubernetesObject?,
        _ operation: WriteOperation,
        in view: StoreView
    ) throws(KubernetesStatusError) {
        guard operation == .create, object.type == .pod else { return }
        var spec = object.spec ?? .object([:])
        spec.setDefault("serviceAccountName", "default")
        spec["serviceAccount"] = spec["serviceAccountName"]
        let account = spec["serviceAccountName"]?.string ?? ""
        let namespace = object.namespace ?? ""
        guard view.get(.serviceAccount, namespace: namespace, name: account) != nil else {
            throw .forbidden(
                .pod,
                object.name,
                "error looking up service account \(namespace)/\(account): serviceaccount \"\(account)\" not found"
            )
        }
        spec.setDefault("priority", 0)
        spec.setDefault("preemptionPolicy", "PreemptLowerPriority")
        spec["tolerations"] = .array(Self.tolerations(spec["tolerations"]?.array ?? []))
        object.spec = spec
    }

    /// Every pod stays five minutes on a node that is away, unless it says otherwise.
    private static func tolerations(_ given: [JSON]) -> [JSON] {
        let names = ["node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable"]
        let defaults = names.filter { name in
            !given.contains { $0["key"] == nil || $0["key"] == .string(name) }
        }
        return given
            + defaults.map { (key: String) -> JSON in
                ["key": .string(key), "operator": "Exists", "effect": "NoExecute", "tolerationSeconds": 300]
            }
    }
}

/// Gives each Service an address of its own on loopback, in `127.64.0.0/10`.
///
/// Several clusters share the machine's loopback: where in the range a Service's address lies depends on the cluster too,
/// so that the same Service of two clusters has two addresses.
struct ServiceAddressAdmission: AdmissionPlugin {
    /// Tells this cluster from others on the machine.
    let cluster: String
    private static let range = "127.64.0.0/10"

    func admit(
        _ object: inout KubernetesObject,
        old: KubernetesObject?,
        _ operation: WriteOperation,
        in view: StoreView
    ) throws(KubernetesStatusError) {
        guard operation != .delete, object.type == .service else { return }
        let wanted = object["spec", "clusterIP"]?.string ?? ""
        guard wanted != "None", old?["spec", "clusterIP"]?.string != wanted || wanted.isEmpty else {
            if wanted == "None" { Self.set(wanted, on: &object) }
            return
        }
        let used = Set(view.list(.service).compactMap { $0["spec", "clusterIP"]?.string })
        if wanted.isEmpty {
            guard let free = Self.free(after: "\(cluster)/\(object.namespace ?? "")/\(object.name)", used: used) else {
                throw .internalError("failed to allocate a serviceIP: range is full")
            }
            Self.set(free, on: &object)
            return
        }
        var errors = FieldErrors()
        if !Self.isInRange(wanted) {
            let range = "the provided IP is not in the valid range. The range of valid IPs is \(Self.range)"
            errors.invalid("spec.clusterIPs", [.string(wanted)], "failed to allocate IP \(wanted): \(range)")
        } else if used.contains(wanted) {
            errors.invalid(
                "spec.clusterIPs",
                [.string(wanted)],
                "failed to allocate IP \(wanted): provided IP is already allocated"
            )
        }
        guard errors.causes.isEmpty else { throw .invalid(.service, object.name, errors.causes) }
        Self.set(wanted, on: &object)
    }

    private static func set(_ address: String, on object: inout KubernetesObject) {
        object["spec", "clusterIP"] = .string(address)
        object["spec", "clusterIPs"] = [.string(address)]
        object["spec", "ipFamilies"] = ["IPv4"]
        object["spec", "ipFamilyPolicy"] = "SingleStack"
    }

    /// The same Service gets the same address again where it is free: starts at a place its name gives.
    private static func free(after name: String, used: Set<String>) -> String? {
        let size = 64 * 254 * 254
        let start = name.utf8.reduce(UInt32(2_166_136_261)) { ($0 ^ UInt32($1)) &* 16_777_619 }
        for offset in 0..<size {
            let number = (Int(start) + offset) % size
            let address = "127.\(64 + number / (254 * 254)).\(number / 254 % 254 + 1).\(number % 254 + 1)"
            if !used.contains(address) { return address }
        }
        return nil
    }

    private static func isInRange(_ address: String) -> Bool {
        let parts = address.split(separator: ".", omittingEmptySubsequences: false).map { UInt8($0) }
        return parts.count == 4 && !parts.contains(nil) && parts[0] == 127 && (64..<128).contains(parts[1] ?? 0)
    }
}
