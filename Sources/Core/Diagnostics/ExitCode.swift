/// What the process's exit status tells a script (design decision 10).
package enum ExitCode: Int32, Sendable, Codable {
    case success = 0
    /// The pipeline's own verdict is no: a job failed, a release was rolled back.
    case failure = 1
    /// The user's input is wrong: a flag, a workflow file, `slipway.yml`.
    case invalidInput = 2
    /// The outside world failed: network, registry, cluster, a missing system tool.
    case external = 3
    /// Waiting for something: a lock is held, an approval is pending.
    case waiting = 4
    /// A rollback itself failed: a person is needed now.
    case rollbackFailed = 5
    case interrupted = 130
}
