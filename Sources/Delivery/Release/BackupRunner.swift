import Core
import Foundation

/// Runs the hook that saves the service's own data before the first change.
struct BackupRunner {
    let context: ReleaseContext

    /// - Throws: `ReleaseFailure` where the hook fails or takes too long; nothing has been changed then.
    func run(for record: ReleaseRecord) async throws {
        guard let hook = context.environment.backup else { return }
        context.reporter.report(.step("Backing up"))
        let runner = CommandRunner(
            folder: context.folder,
            environment: [
                "SLIPWAY_ENVIRONMENT": record.environment,
                "SLIPWAY_NAMESPACE": record.namespace,
                "SLIPWAY_RELEASE": String(record.number),
            ]
        )
        do {
            let answer = try await runner.run(["sh", "-c", hook.run], timeout: hook.timeout)
            guard answer.succeeded else {
                throw ReleaseFailure(
                    reason: "BackupFailed",
                    message: "the backup failed: \(hook.run)",
                    log: (answer.output + answer.error).split(whereSeparator: \.isNewline).suffix(20).map(String.init)
                )
            }
        } catch let error as SlipwayError {
            throw ReleaseFailure(reason: "BackupFailed", message: "the backup failed: \(error.what)")
        }
    }
}
