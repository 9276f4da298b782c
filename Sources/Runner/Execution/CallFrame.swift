import Core
import Foundation
import Journal
import Synchronization
import Workflows

/// Where a workflow stands in a run: the one that the event started, or one that a job of another calls.
struct CallFrame: Sendable {
    /// Names of the jobs that call, the outermost first; empty for the run's own workflow.
    let names: [String]
    /// Their ids.
    private let ids: [String]
    /// What the keys of this workflow's jobs begin with.
    private let keyPrefix: String
    /// Keys of the jobs that are done before the workflow starts.
    private let ancestors: Set<String>
    /// What the calling job may do; nil where no file says.
    let permissions: Permissions?
    let ledger: JobLedger

    /// The frame of the workflow that the event started.
    static func root() -> CallFrame {
        CallFrame(names: [], ids: [], keyPrefix: "", ancestors: [], permissions: nil, ledger: JobLedger())
    }

    /// The frame of the workflow that a job calls.
    func inside(_ job: WorkflowJob, _ record: JobRecord, ancestors: Set<String>, permissions: Permissions?)
        -> CallFrame
    {
        CallFrame(
            names: [record.name],
            ids: ids + [job.id],
            keyPrefix: "\(record.key)-",
            ancestors: ancestors,
            permissions: permissions,
            ledger: ledger
        )
    }

    /// `caller / callee`, as GitHub shows it.
    func name(_ name: String) -> String { (names + [name]).joined(separator: " / ") }

    /// `caller.callee`: job ids have no dots.
    func id(of job: WorkflowJob) -> String { (ids + [job.id]).joined(separator: ".") }

    /// A folder name for the job, the same in every run of the same matrix.
    func key(of job: WorkflowJob, parts: [String]) -> String {
        ledger.key(RunLayout.slug(keyPrefix + ([job.id] + parts).joined(separator: "-")))
    }

    /// What the keys of these jobs of the workflow begin with, and those before the workflow.
    func keys(of jobs: [String]) -> Set<String> { ancestors.union(jobs.map { keyPrefix + $0 }) }
}

/// Numbers the jobs of a run and keeps their keys apart; shared by a workflow and all that it calls.
final class JobLedger: Sendable {
    private struct State {
        var position = 0
        var keys: Set<String> = []
    }

    private let state = Mutex(State())

    func nextPosition() -> Int {
        state.withLock { state in
            state.position += 1
            return state.position
        }
    }

    /// The wanted key, or the same with a number where it is taken.
    func key(_ wanted: String) -> String {
        state.withLock { state in
            var key = wanted
            var number = 2
            while !state.keys.insert(key.lowercased()).inserted {
                key = "\(wanted)-\(number)"
                number += 1
            }
            return key
        }
    }
}
