import Core
import Foundation
import Kubernetes

extension ReleaseRun {
    /// Does these writes in order; what a run before this one has written already is recognised.
    mutating func apply(_ writes: [PlannedWrite]) async throws {
        for write in writes where !record.done.contains(where: { $0.reference == write.reference }) {
            let written = try await apply(write)
            entry.record.done.append(
                ReleaseRecord.Done(
                    reference: write.reference,
                    uid: written.uid ?? "",
                    resourceVersion: written.resourceVersion ?? "",
                    fingerprint: fingerprint(written, write)
                )
            )
            try await save()
            let verb = write.action == .create ? "created" : "changed"
            context.reporter.report(.note("\(write.reference) \(verb)"))
        }
    }

    func fingerprint(_ object: KubernetesObject, _ write: PlannedWrite) -> String {
        ObjectIntent.fingerprint(of: object, replicas: !write.ignoresReplicas)
    }

    /// One write, under the precondition that the object is still what was recorded.
    ///
    /// A controller's status update also moves the resourceVersion. So a conflict alone is not somebody else's change:
    /// the object is read again, and compared by what it is meant to be.
    private func apply(_ write: PlannedWrite) async throws -> KubernetesObject {
        let type = try write.reference.type()
        for _ in 0..<20 {
            try Task.checkCancellation()
            let live = try await cluster.get(type, namespace: write.reference.namespace, name: write.reference.name)
            if let live, isOurs(live), fingerprint(live, write) == write.expected || write.action == .create {
                return live
            }
            try checkUntouched(live, write)
            do {
                return try await send(write, over: live)
            } catch let error as KubernetesStatusError where error.isConflictWithOurselves {
                return try await send(write, over: live, force: true)
            } catch let error as KubernetesStatusError where !error.managerConflicts.isEmpty {
                let fields = error.managerConflicts.map { "\($0.field) (\($0.message))" }.joined(separator: ", ")
                throw ReleaseFailure.foreignChange(write.reference, "set fields (\(fields)) of")
            } catch let error as KubernetesStatusError where error.isConflict || error.isAlreadyExists {
                continue
            } catch let error as KubernetesStatusError where (400..<500).contains(error.code) && error.code != 429 {
                throw ReleaseFailure(
                    reason: error.reason.rawValue,
                    message: "the cluster refused \(write.reference): \(error.message)"
                )
            }
        }
        throw ReleaseFailure(
            reason: "Conflict",
            message: "\(write.reference) changes so fast that no write gets through"
        )
    }

    /// Whether this release wrote the object.
    func isOurs(_ object: KubernetesObject) -> Bool {
        object.annotations[DeliveryName.release] == String(record.number)
    }

    private func checkUntouched(_ live: KubernetesObject?, _ write: PlannedWrite) throws {
        if let live, let number = live.annotations[DeliveryName.release].flatMap({ Int($0) }), number > record.number {
            throw SlipwayError(
                .waiting,
                "Release \(number) has already written \(write.reference); release \(record.number) stops",
                next: "See what it does: slipway deploy --env \(environment.name) --status"
            )
        }
        switch (write.beforeObject, live) {
        case (nil, nil): return
        case (nil, _): throw ReleaseFailure.foreignChange(write.reference, "created")
        case (_, nil): throw ReleaseFailure.foreignChange(write.reference, "deleted")
        case (let before?, let live?):
            let now = fingerprint(live, write)
            guard before.uid == live.uid, now == write.fingerprintBefore || now == write.interimFingerprint else {
                throw ReleaseFailure.foreignChange(write.reference, "changed")
            }
        }
    }

    private func send(
        _ write: PlannedWrite,
        over live: KubernetesObject?,
        force: Bool = false
    ) async throws -> KubernetesObject {
        var object = stamped(write)
        object.resourceVersion = live?.resourceVersion
        switch write.mode {
        case .apply: return try await cluster.apply(object, force: force || write.takesOver, isDryRun: false)
        case .replace:
            object.uid = live?.uid
            if write.ignoresReplicas { object["spec", "replicas"] = live?["spec", "replicas"] }
            return live == nil ? try await cluster.create(object) : try await cluster.replace(object)
        }
    }

    /// The object with the release's number on it and, on the Deployment, the cause that `kubectl rollout history` shows.
    private func stamped(_ write: PlannedWrite) -> KubernetesObject {
        var object = write.desiredObject
        object.annotations[DeliveryName.release] = String(record.number)
        if write.reference.kind == "Deployment" { object.annotations[AnnotationName.changeCause] = changeCause }
        return object
    }

    /// `v1.2.3 commit 0123456789ab image sha256:0123… by slipway release 7 (run 01h…)`
    private var changeCause: String {
        let image = record.image
        var parts: [String] = []
        if let name = image.version ?? image.tag { parts.append(name) }
        if let commit = image.commit { parts.append("commit \(commit.prefix(12))") }
        parts.append("image \(image.digest.prefix(19))")
        parts.append("by slipway release \(record.number)")
        if let run = record.author.run { parts.append("(run \(run))") }
        return parts.joined(separator: " ")
    }
}
