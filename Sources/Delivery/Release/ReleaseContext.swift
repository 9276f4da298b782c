import Core
import Foundation

/// What every part of a release works with.
package struct ReleaseContext: Sendable {
    package let cluster: any ReleaseCluster
    package let environment: EnvironmentSettings
    package let author: ReleaseAuthor
    package let clock: ReleaseClock
    package let reporter: any ReleaseReporter
    /// The history on this machine, written after the cluster's record.
    package let journal: any ReleaseJournal
    /// The folder that hooks run in.
    package let folder: URL
    /// Where `watch.queries` are asked.
    package let metricSource: @Sendable (PrometheusSettings) throws -> any MetricSource

    package init(
        cluster: any ReleaseCluster,
        environment: EnvironmentSettings,
        author: ReleaseAuthor,
        clock: ReleaseClock = .system,
        reporter: any ReleaseReporter,
        journal: any ReleaseJournal,
        folder: URL,
        metricSource: (@Sendable (PrometheusSettings) throws -> any MetricSource)? = nil
    ) {
        self.cluster = cluster
        self.environment = environment
        self.author = author
        self.clock = clock
        self.reporter = reporter
        self.journal = journal
        self.folder = folder
        self.metricSource =
            metricSource ?? { try PrometheusClient($0, variables: ProcessInfo.processInfo.environment) }
    }

    package var ledger: ReleaseLedger { ReleaseLedger(cluster: cluster, environment: environment) }

    var lock: EnvironmentLock { EnvironmentLock(self) }

    var planner: ReleasePlanner { ReleasePlanner(cluster: cluster, environment: environment) }
}

/// The local history of releases: an index that can be rebuilt from the clusters' records.
package protocol ReleaseJournal: Sendable {
    /// Notes the record as it is now. Must not fail a release: what goes wrong is the journal's to report.
    func note(_ record: ReleaseRecord) async
}
