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

    /// A plan for manifests that are ready (``ManifestPreparation``). With `takeOver`, fields that other managers own
    /// are taken from them.
    ///
    /// - Throws: `SlipwayError` naming the fields of others, or what the server finds wrong.
    package func plan(_ objects: [KubernetesObject], takeOver: Bool) async throws -> ReleasePlan {
        let autoscaled = try await isAutoscaled(manifests: objects)
        var writes: [PlannedWrite] = []
        var conflicts: [String] = []
        for object in ApplyOrder.sorted(objects) {
            do {
                writes.append(try await write(object, takeOver: takeOver, autoscaled: autoscaled))
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
        return ReleasePlan(writes: writes, previousImage: previousImage(writes))
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
            ignoresReplicas: autoscaled
        )
        if write.fingerprintBefore == write.expected { write.action = .unchanged }
        if write.action != .unchanged { write.changes = PlanText.changes(from: live, to: deployment) }
        return ReleasePlan(writes: [write], previousImage: previousImage([write]))
    }

    private func write(_ object: KubernetesObject, takeOver: Bool, autoscaled: Bool) async throws -> PlannedWrite {
        let reference = ObjectReference(object)
        let live = try await cluster.get(try reference.type(), namespace: object.namespace, name: object.name)
        let ours = object.kind == "Deployment" && object.name == environment.deployment.text
        var desired = object
        if ours, autoscaled { desired = Self.leavingReplicas(desired, live: live) }
        let (predicted, forced) = try await predict(desired, takeOver: takeOver)
        let expected = ObjectIntent.fingerprint(of: predicted, replicas: !(ours && autoscaled))
        var write = PlannedWrite(
            reference: reference,
            action: live == nil ? .create : .update,
            desired: desired.json,
            before: live?.json,
            expected: expected,
            ignoresReplicas: ours && autoscaled,
            takesOver: forced
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

    /// Whether an autoscaler, in the cluster or among the manifests, scales the Deployment.
    private func isAutoscaled(manifests: [KubernetesObject]) async throws -> Bool {
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
        return scalers.contains { scaler in
            scaler["spec", "scaleTargetRef", "kind"]?.string == "Deployment"
                && scaler["spec", "scaleTargetRef", "name"]?.string == environment.deployment.text
        }
    }

    private func previousImage(_ writes: [PlannedWrite]) -> String? {
        let write = writes.first {
            $0.reference.kind == "Deployment" && $0.reference.name == environment.deployment.text
        }
        return write?.beforeObject.flatMap {
            DeploymentView($0).template.container(named: environment.container.text)?.image
        }
    }
}
