import Core
import Foundation

/// A Lease: who holds it, and since when.
package struct LeaseView: Sendable, Hashable {
    package let object: KubernetesObject

    package init(_ object: KubernetesObject) { self.object = object }

    /// Empty where nobody holds it.
    package var holder: String { object["spec", "holderIdentity"]?.string ?? "" }
    package var durationSeconds: Int { object["spec", "leaseDurationSeconds"]?.int ?? 0 }
    package var acquireTime: Date? { KubernetesTime.parse(object["spec", "acquireTime"]?.string) }
    package var renewTime: Date? { KubernetesTime.parse(object["spec", "renewTime"]?.string) }
    /// How often the Lease went from one holder to another: a fencing number.
    package var transitions: Int { object["spec", "leaseTransitions"]?.int ?? 0 }
}
