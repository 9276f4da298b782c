import Core
import Foundation
import Kubernetes

/// Makes a release of what a back-up holds: locked, planned, verified and undone like any other.
struct BackupRestore {
    let context: ReleaseContext
    let backup: Backup

    /// - Throws: `SlipwayError` where the back-up cannot be read, or has no Deployment to release.
    func request() async throws -> ReleaseRequest {
        let environment = context.environment
        let key = try environment.backup?.key(context.variables)
        let stored = try await BackupStore(folder: context.backups).manifests(of: backup, key: key)
        let objects = BlueGreenArrangement(environment: environment).plain(stored)
        guard
            let deployment = objects.first(where: { $0.kind == "Deployment" && $0.name == environment.deployment.text }
            ),
            let name = DeploymentView(deployment).template.container(named: environment.container.text)?.image
        else {
            throw SlipwayError(
                .invalidInput,
                "The back-up \(backup.id) has no Deployment \(environment.deployment.text)",
                why: "it was made before the first release, or slipway.yml names another Deployment now"
            )
        }
        let digest = name.contains("@") ? String(name.split(separator: "@").last ?? "") : name
        var request = ReleaseRequest(
            image: ReleaseImage(reference: name, digest: digest),
            objects: objects,
            approval: .missing,
            verification: environment.verification,
            watch: nil
        )
        request.kind = .rollback
        request.takeOver = true
        request.notes = ["restored from back-up \(backup.id) of \(backup.madeAt.formatted(.iso8601))"]
        return request
    }

    /// Hands the service's data to the command that puts it back.
    func restoreData() async throws {
        guard let settings = context.environment.backup, let command = settings.restore else {
            throw SlipwayError(
                .invalidInput,
                "The data of back-up \(backup.id) cannot be put back",
                at: context.environment.location,
                why: "slipway.yml has no command for it",
                next: "Add backup: {restore: COMMAND}, which finds the data in $SLIPWAY_BACKUP_FILE, "
                    + "or restore the manifests alone: --only manifests"
            )
        }
        context.reporter.report(.step("Restoring the data"))
        let key = try settings.key(context.variables)
        let store = BackupStore(folder: context.backups)
        try await store.withFile(BackupStore.data, of: backup, key: key) { url in
            do {
                try await BackupHookRunner(context: context).run(command, file: url, timeout: settings.timeout, nil)
            } catch let failure as ReleaseFailure {
                throw SlipwayError(
                    .external,
                    "The data of back-up \(backup.id) was not put back",
                    why: ([failure.message] + failure.log).joined(separator: "\n"),
                    next: "See what the command says, then run the same command with --only data."
                )
            }
        }
    }
}

extension BlueGreenArrangement {
    /// Undoes what an arrangement for a slot added: manifests as they stand in the repository.
    func plain(_ objects: [KubernetesObject]) -> [KubernetesObject] {
        let base = environment.deployment.text
        return objects.map { object in
            var object = object
            switch object.kind {
            case "Deployment" where Slot(of: object.name, base: base) != nil:
                object.name = base
                object["spec", "selector", "matchLabels", DeliveryName.slot] = nil
                object["spec", "template", "metadata", "labels", DeliveryName.slot] = nil
            case "Service": object["spec", "selector", DeliveryName.slot] = nil
            case "HorizontalPodAutoscaler":
                let name = object["spec", "scaleTargetRef", "name"]?.string ?? ""
                if Slot(of: name, base: base) != nil { object["spec", "scaleTargetRef", "name"] = .string(base) }
            default: break
            }
            return object
        }
    }
}

extension Slot {
    fileprivate init?(of name: String, base: String) {
        guard let slot = [Slot.blue, .green].first(where: { $0.deployment(base) == name }) else { return nil }
        self = slot
    }
}
