import Core
import Kubernetes

/// An object on its way through the kustomizations that change it.
struct Resource {
    /// A name and namespace it had on the way: what references and patches may still call it by.
    struct Identity: Hashable {
        var name: String
        var namespace: String?

        /// No namespace means `default`.
        var effectiveNamespace: String {
            namespace.flatMap { $0.isEmpty ? nil : $0 } ?? "default"
        }
    }

    var object: KubernetesObject
    /// Where it was written, or the generator that makes it.
    let location: SourceLocation
    /// The chain of kustomizations from the outermost to the one that brought it in.
    let scope: [Int]
    /// Older names, the original first.
    private(set) var earlier: [Identity] = []
    /// Whether its name gets a hash of its content.
    var needsHash = false

    init(_ object: KubernetesObject, at location: SourceLocation, scope: [Int], needsHash: Bool = false) {
        self.object = object
        self.location = location
        self.scope = scope
        self.needsHash = needsHash
    }

    var identity: Identity { Identity(name: object.name, namespace: object.namespace) }
    var identities: [Identity] { earlier + [identity] }
    var original: Identity { earlier.first ?? identity }

    /// Changes name or namespace, remembering the old ones.
    mutating func rename(name: String? = nil, namespace: String? = nil) {
        let before = identity
        if let name { object.name = name }
        if let namespace { object.namespace = namespace }
        if identity != before, earlier.last != before { earlier.append(before) }
    }

    mutating func remember(_ identities: [Identity]) {
        for identity in identities where !earlier.contains(identity) && identity != self.identity {
            earlier.append(identity)
        }
    }

    var isClusterScoped: Bool { ClusterScope.contains(object) }

    /// `Deployment.apps "api"`: for messages.
    var words: String {
        (object.group.isEmpty ? object.kind : "\(object.kind).\(object.group)") + " \"\(object.name)\""
    }

    /// Whether two name the same object at some time.
    func isKnown(as other: Identity, group: String, version: String, kind: String) -> Bool {
        object.kind == kind && object.group == group && object.version == version
            && identities.contains {
                $0.name == other.name && (isClusterScoped || $0.effectiveNamespace == other.effectiveNamespace)
            }
    }
}

/// Which kinds have no namespace. What is not known here has one, as custom resources mostly do.
enum ClusterScope {
    private static let others: Set<String> = [
        "admissionregistration.k8s.io/MutatingWebhookConfiguration",
        "admissionregistration.k8s.io/ValidatingWebhookConfiguration",
        "admissionregistration.k8s.io/ValidatingAdmissionPolicy",
        "admissionregistration.k8s.io/ValidatingAdmissionPolicyBinding", "apiregistration.k8s.io/APIService",
        "certificates.k8s.io/CertificateSigningRequest", "flowcontrol.apiserver.k8s.io/FlowSchema",
        "flowcontrol.apiserver.k8s.io/PriorityLevelConfiguration", "node.k8s.io/RuntimeClass",
        "storage.k8s.io/CSIDriver", "storage.k8s.io/CSINode", "storage.k8s.io/VolumeAttachment",
        "gateway.networking.k8s.io/GatewayClass",
    ]

    static func contains(_ object: KubernetesObject) -> Bool {
        if let type = ResourceType.known(group: object.group, kind: object.kind) { return !type.isNamespaced }
        return others.contains("\(object.group)/\(object.kind)")
    }
}
