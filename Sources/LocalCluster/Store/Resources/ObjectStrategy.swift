import Core
import Kubernetes

/// What is particular to a kind: its defaults, its rules, and what the server writes into a new object.
struct ObjectStrategy: Sendable {
    var nameRule: NameRule = .subdomain
    /// Fills in what the user left out; part of what the writer owns.
    var setDefaults: @Sendable (inout KubernetesObject) -> Void = { _ in }
    /// Sets the state a new object starts with.
    var setInitialState: @Sendable (inout KubernetesObject) -> Void = { _ in }
    var validate: @Sendable (KubernetesObject, inout FieldErrors) -> Void = { _, _ in }
    var validateUpdate: @Sendable (_ new: KubernetesObject, _ old: KubernetesObject, inout FieldErrors) -> Void = {
        _,
        _,
        _ in
    }
    /// Server-chosen fields that an update may leave out; they are carried over.
    var carriedOver: [[String]] = []
}
