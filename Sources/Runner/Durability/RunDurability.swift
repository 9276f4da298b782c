import Core
import Foundation
import Journal

/// What makes a run outlive its engine: the key of its records, the host of its processes, and what earlier engines
/// recorded.
struct RunDurability: Sendable {
    let key: RunKey
    let host: any ProcessHost
    /// Jobs that need not run again, by key.
    var recorded: [String: RecordedJob] = [:]
    /// Jobs that begin in the middle, with the files of an earlier attempt.
    var restored: [String: JobRestoration] = [:]
    /// Whether processes of an earlier engine of this run may live.
    var hasSupervisor = false

    func ledger(of folders: JobFolders) throws -> StepLedger { try StepLedger(at: folders.ledger, key: key) }

    /// Whether this run has the job's result already.
    func isCompleted(_ key: String) -> Bool {
        if case .own(let record)? = recorded[key] { return record.status == .completed }
        return false
    }

    /// When the job was started for the first time.
    func start(of key: String) -> Date? {
        if case .own(let record)? = recorded[key] { return record.startedAt }
        return nil
    }
}

/// The state of a job's files before a step of an earlier attempt.
struct JobRestoration: Sendable {
    let step: Int
    let run: String
}

/// A job that an earlier engine ran.
enum RecordedJob: Sendable {
    /// In this run.
    case own(JobRecord)
    /// In an earlier attempt of it.
    case earlier(JobRecord)
}

extension JobFolders {
    /// The sealed memory of the job.
    var ledger: URL { logs.appending(path: "memory") }

    /// What all processes of a job have in their environment.
    static func trackingId(run: String, job: String, in state: StateDirectory) -> String {
        "\(RunSignature.of(run: run, in: state))_\(job)"
    }
}
