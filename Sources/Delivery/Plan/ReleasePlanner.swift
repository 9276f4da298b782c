import Core
import Foundation
import Kubernetes
import Manifests

/// Asks the server what each object of a release would become, without changing anything.
package struct ReleasePlanner: Sendable {
    let cluster: any ReleaseCluster
    let environment: EnvironmentSettings

    package init(cluster: any ReleaseCluster, environment: EnvironmentSettings) {
        self.cluster = cluster
        self.environment = environment
    }

    /// The Deployment whose pods the release makes, and who says how many.
    struct Subject {
        var name: String
        /// For a new Deployment in place of an autoscaled one: as many as that has now.
        var replicas: Int?
        /// Whether the release itself changes the number as it goes.
        var isScaledByRelease = false
    }

    /// A plan for manifests that are ready (``ManifestPreparation``). With `takeOver`, fields that other managers own
    /// are taken from them.
    ///
    /// - Throws: `SlipwayError` naming the fields of others, or what the server finds wrong.
    func plan(_ objects: [KubernetesObject], takeOver: Bool, subject: Subject) async throws -> ReleasePlan {
        let autoscaled = try await isAutoscaled(manifests: objects)
        var writes: [PlannedWrite] = []
        var conflicts: [String] = []
        for object in ApplyOrder.sorted(objects) {
            do {
                writes.append(try await write(object, takeOver, subject, autoscaled: autoscaled))
            } catch let error as KubernetesStatusError where !error.managerConflicts.isEmpty {
                let fields = error.managerConflicts.map { "\($0.field) (\($0.message))" }
                conflicts.append("\(ObjectReference(object)): \(fields.joined(separator: ", "))")
            } catch let error as KubernetesStatusError where error.isInvalid || error.code == 400 {
                throw SlipwayError(
                    .invalidInput,
                    "The cluster refuses \(ObjectReference(object))",
                    why: error.message,
                    next: "Correct it in \(environment.manifests.text). Nothing was changed."
                )
            }
        }
        guard conflicts.isEmpty else {
            throw SlipwayError(
                .waiting,
                "Somebody else set fields that this release would change; nothing was changed",
                why: conflicts.joined(separator: "; "),
                next: "Put the same values into \(environment.manifests.text), or run again with --take-over to take "
                    + "them over."
            )
        }
        return ReleasePlan(writes: writes, strategy: .inPlace(subject.name))
    }

    /// A plan that only puts the Deployment back to another template.
    func replacing(with deployment: KubernetesObject) async throws -> ReleasePlan {
        let reference = ObjectReference(deployment)
        let live = try await cluster.get(.deployment, namespace: deployment.namespace, name: deployment.name)
        let autoscaled = try await isAutoscaled(manifests: [])
        var write = PlannedWrite(
            reference: reference,
            action: live == nil ? .create : .update,
            mode: .replace,
            desired: deployment.json,
            before: live?.json,
            expected: ObjectIntent.fingerprint(of: deployment, replicas: !autoscaled),
            ignoresReplicas: autoscaled,
            changesPods: Self.changesPods(from: live, to: deployment)
        )
        if write.fingerprintBefore == write.expected { write.action = .unchanged }
        if write.action != .unchanged { write.changes = PlanText.changes(from: live, to: deployment) }
        return ReleasePlan(writes: [write], strategy: .inPlace(deployment.name))
    }

    private func write(
        _ object: KubernetesObject,
        _ takeOver: Bool,
        _ subject: Subject,
        autoscaled: Bool
    ) async throws -> PlannedWrite {
        let reference = ObjectReference(object)
        let live = try await cluster.get(try reference.type(), namespace: object.namespace, name: object.name)
        let ours = object.kind == "Deployment" && object.name == subject.name
        let ignoresReplicas = ours && (autoscaled || subject.isScaledByRelease)
        var desired = object
        if ours, let replicas = subject.replicas {
            desired["spec", "replicas"] = .int(Int64(replicas))
        } else if ours, autoscaled, !subject.isScaledByRelease {
            desired = Self.leavingReplicas(desired, live: live)
        }
        let (predicted, forced) = try await predict(desired, takeOver: takeOver)
        let expected = ObjectIntent.fingerprint(of: predicted, replicas: !ignoresReplicas)
        var write = PlannedWrite(
            reference: reference,
            action: live == nil ? .create : .update,
            desired: desired.json,
            before: live?.json,
            expected: expected,
            ignoresReplicas: ignoresReplicas,
            takesOver: forced,
            changesPods: object.kind == "Deployment" ? Self.changesPods(from: live, to: predicted) : nil
        )
        if write.fingerprintBefore == expected { write.action = .unchanged }
        if write.action != .unchanged { write.changes = PlanText.changes(from: live, to: predicted) }
        return write
    }

    /// The object as the server says it would be. Fields that Slipway itself once replaced are ours to change too,
    /// although the server counts them to another manager than the one that applies.
    private func predict(
        _ object: KubernetesObject,
        takeOver: Bool
    ) async throws -> (object: KubernetesObject, forced: Bool) {
        do {
            return (try await cluster.apply(object, force: takeOver, isDryRun: true), takeOver)
        } catch let error as KubernetesStatusError where error.isConflictWithOurselves {
            return (try await cluster.apply(object, force: true, isDryRun: true), true)
        }
    }

    /// An autoscaler owns `replicas`: the field is not ours to write. Only where nobody but us has ever set it is the
    /// present value kept in, because dropping a field that one alone owns removes it, and its default is 1.
    private static func leavingReplicas(_ object: KubernetesObject, live: KubernetesObject?) -> KubernetesObject {
        var object = object
        object["spec", "replicas"] = nil
        guard let live, let replicas = live["spec", "replicas"] else { return object }
        let owners = live["metadata", "managedFields"]?.array?.filter {
            $0[path: "fieldsV1", "f:spec", "f:replicas"] != nil
        }
        let onlyOurs = owners?.allSatisfy { $0["manager"]?.string == FieldManager.name } ?? false
        if onlyOurs { object["spec", "replicas"] = replicas }
        return object
    }

    private static func changesPods(from live: KubernetesObject?, to object: KubernetesObject) -> Bool {
        guard let live else { return true }
        return RolloutTarget.comparable(live["spec", "template"])
            != RolloutTarget.comparable(object["spec", "template"])
    }

    /// Whether an autoscaler, in the cluster or among the manifests, scales the Deployment.
    func isAutoscaled(manifests: [KubernetesObject]) async throws -> Bool {
        try await !scalers(manifests: manifests).isEmpty
    }

    /// The autoscalers of the Deployment, or of the second one of a blue-green release.
    func scalers(manifests: [KubernetesObject]) async throws -> [KubernetesObject] {
        var scalers = manifests.filter { $0.kind == "HorizontalPodAutoscaler" }
        do {
            scalers += try await cluster.list(
                .horizontalPodAutoscaler,
                namespace: environment.namespace,
                labels: .everything
            ).items
        } catch let error as KubernetesStatusError where error.isNotFound || error.isForbidden {
            // A cluster without that API has no autoscalers; one that will not tell is taken at the manifests' word.
        }
        let base = environment.deployment.text
        let names = [base, Slot.green.deployment(base)]
        return scalers.filter { scaler in
            scaler["spec", "scaleTargetRef", "kind"]?.string == "Deployment"
                && scaler["spec", "scaleTargetRef", "name"]?.string.map(names.contains) == true
        }
    }
}
