import Core
import Foundation
import Kubernetes

/// Saves what a release is about to change, and the service's own data, before the first change.
struct BackupRunner {
    let context: ReleaseContext

    /// - Returns: The back-up; nil where none is wanted, or there is nothing yet to save.
    /// - Throws: `ReleaseFailure` where it cannot be made; nothing has been changed then.
    func run(for record: ReleaseRecord, _ payload: ReleasePayload) async throws -> Backup? {
        guard let settings = context.environment.backup else { return nil }
        context.reporter.report(.step("Backing up"))
        let store = BackupStore(folder: context.backups)
        do {
            let key = try settings.key(context.variables)
            let objects = try await objects(of: record, payload, isSealed: key != nil)
            let data = FileManager.default.temporaryDirectory.appending(path: "slipway-\(UUID().uuidString)")
            defer { try? FileManager.default.removeItem(at: data) }
            if let command = settings.run {
                try await BackupHookRunner(context: context).run(command, file: data, timeout: settings.timeout, record)
            }
            let hasData = FileManager.default.fileExists(atPath: data.path)
            guard !objects.isEmpty || hasData else { return nil }
            let now = context.clock.date()
            let backup = try store.save(
                Backup(
                    id: "\(record.environment)-\(record.number)-\(Identifier.make(at: now).suffix(8))",
                    environment: record.environment,
                    namespace: record.namespace,
                    deployment: record.deployment,
                    release: record.number,
                    image: record.previousImage,
                    madeAt: now,
                    expiresAt: now.addingTimeInterval(settings.keep),
                    objects: objects.map(ObjectReference.init),
                    isSealed: key != nil,
                    digests: [:]
                ),
                manifests: objects,
                data: hasData ? data : nil,
                key: key
            )
            let removed = try store.prune(at: now)
            if !removed.isEmpty {
                context.reporter.report(.note("\(removed.count) back-ups past their time were removed"))
            }
            context.reporter.report(.note("back-up \(backup.id): \(BackupText.content(backup))"))
            return backup
        } catch let error as SlipwayError {
            throw ReleaseFailure(reason: "BackupFailed", message: "the back-up failed: \(error.what)\(error.whyText)")
        } catch let error as CocoaError {
            throw ReleaseFailure(reason: "BackupFailed", message: "the back-up failed: \(error.localizedDescription)")
        }
    }

    /// All that the release touches as it is now, in a form that can be applied again.
    private func objects(
        of record: ReleaseRecord,
        _ payload: ReleasePayload,
        isSealed: Bool
    ) async throws -> [KubernetesObject] {
        let idle = record.strategy.flatMap { $0.isInPlace ? nil : $0.candidate }
        var objects = payload.writes.compactMap(\.beforeObject)
            .filter { $0.kind != "Deployment" || $0.name != idle }
        let serving = record.strategy?.outgoing ?? record.subject
        if !objects.contains(where: { $0.kind == "Deployment" && $0.name == serving }),
            let live = try await context.cluster.get(
                .deployment,
                namespace: context.environment.namespace,
                name: serving
            )
        {
            objects.append(live)
        }
        let secrets = objects.filter { $0.kind == "Secret" }
        if !secrets.isEmpty, !isSealed {
            context.reporter.report(
                .warning(
                    "\(secrets.map(\.name).joined(separator: ", ")) is not in the back-up: Secrets are saved only where "
                        + "backup.key-env names a key to seal them with."
                )
            )
            objects.removeAll { $0.kind == "Secret" }
        }
        return objects.map { BackupManifest.applicable($0) }
    }
}

/// Runs the commands of `backup`.
struct BackupHookRunner {
    let context: ReleaseContext

    /// - Throws: `ReleaseFailure` with the command's last words where it fails or takes too long.
    func run(_ command: String, file: URL, timeout: TimeInterval, _ record: ReleaseRecord?) async throws {
        var variables = [
            "SLIPWAY_ENVIRONMENT": context.environment.name, "SLIPWAY_NAMESPACE": context.environment.namespace,
            "SLIPWAY_BACKUP_FILE": file.path,
        ]
        variables["SLIPWAY_RELEASE"] = record.map { String($0.number) }
        let runner = CommandRunner(folder: context.folder, environment: variables)
        let answer: CommandRunner.Answer
        do {
            answer = try await runner.run(["sh", "-c", command], timeout: timeout)
        } catch let error as SlipwayError {
            throw ReleaseFailure(reason: "BackupFailed", message: "the backup failed: \(error.what)")
        }
        guard answer.succeeded else {
            throw ReleaseFailure(
                reason: "BackupFailed",
                message: "the backup failed: \(command)",
                log: (answer.output + answer.error).split(whereSeparator: \.isNewline).suffix(20).map(String.init)
            )
        }
    }
}

enum BackupManifest {
    /// An object as it was, without what servers, controllers and releases wrote on it.
    static func applicable(_ object: KubernetesObject) -> KubernetesObject {
        var copy = object.applicable
        for name in [DeliveryName.release, AnnotationName.changeCause] { copy["metadata", "annotations", name] = nil }
        if copy["metadata", "annotations"]?.object?.isEmpty == true { copy["metadata", "annotations"] = nil }
        return copy
    }
}

extension SlipwayError {
    fileprivate var whyText: String { why.map { " (\($0))" } ?? "" }
}
