import Kubernetes

/// Who writes, and how.
package struct WriteOptions: Sendable {
    /// The name under which `metadata.managedFields` keeps what was written.
    package var manager: ManagerName
    /// Checks everything and writes nothing.
    package var isDryRun: Bool

    package init(manager: ManagerName = .controller, isDryRun: Bool = false) {
        self.manager = manager
        self.isDryRun = isDryRun
    }
}

/// A field manager's name.
package struct ManagerName: Sendable, Hashable, ExpressibleByStringLiteral {
    package let value: String

    package init(_ value: String) { self.value = value }
    package init(stringLiteral value: String) { self.value = value }

    package static let controller: ManagerName = "kube-controller-manager"
    package static let kubelet: ManagerName = "kubelet"
    package static let scheduler: ManagerName = "kube-scheduler"
    package static let apiServer: ManagerName = "kube-apiserver"
}

/// What happens to the objects that an object owns.
package enum Propagation: String, Sendable {
    /// They stay, without this owner.
    case orphan = "Orphan"
    /// They go after it.
    case background = "Background"
    /// They go before it.
    case foreground = "Foreground"
}

package struct DeleteOptions: Sendable {
    /// Nil is the object's own: for a pod its `terminationGracePeriodSeconds`. 0 removes at once.
    package var gracePeriodSeconds: Int?
    /// Nil is background, or what the object's finalizers say.
    package var propagation: Propagation?
    /// The delete fails with a conflict when the object is another one…
    package var uid: String?
    /// …or has changed.
    package var resourceVersion: String?
    package var isDryRun: Bool

    package init(
        gracePeriodSeconds: Int? = nil,
        propagation: Propagation? = nil,
        uid: String? = nil,
        resourceVersion: String? = nil,
        isDryRun: Bool = false
    ) {
        self.gracePeriodSeconds = gracePeriodSeconds
        self.propagation = propagation
        self.uid = uid
        self.resourceVersion = resourceVersion
        self.isDryRun = isDryRun
    }
}

/// What a delete did.
package enum Deletion: Sendable {
    /// The object is gone; this was its last state.
    case removed(KubernetesObject)
    /// It is marked, and goes when its grace period is over and its finalizers are done.
    case marked(KubernetesObject)

    package var object: KubernetesObject {
        switch self {
        case .removed(let object), .marked(let object): object
        }
    }
}
