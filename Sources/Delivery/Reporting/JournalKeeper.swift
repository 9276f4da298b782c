import Core
import Foundation
import Journal

/// Copies each state of a release into this machine's journal.
package struct JournalKeeper: ReleaseJournal {
    private let journal: Journal?
    private let reporter: any ReleaseReporter

    /// Where the journal cannot be opened, a release goes on without.
    package init(journal: Journal?, reporter: any ReleaseReporter) {
        self.journal = journal
        self.reporter = reporter
    }

    package func note(_ record: ReleaseRecord) async {
        guard let journal else { return }
        do {
            try await journal.save(try Self.deployment(record), steps: Self.steps(record))
        } catch {
            // The record that counts is in the cluster; the journal is filled in from there by the next command.
            reporter.report(.warning("The journal could not be written: \(error)"))
        }
    }

    static func deployment(_ record: ReleaseRecord) throws -> DeploymentRecord {
        let text = String(decoding: try PayloadCodec.encoder.encode(record), as: UTF8.self)
        var row = DeploymentRecord(
            id: record.id,
            environment: record.environment,
            namespace: record.namespace,
            deployment: record.deployment,
            number: record.number,
            kind: record.kind.rawValue,
            state: record.state.rawValue,
            image: record.image.reference,
            digest: record.image.digest,
            user: record.author.user,
            host: record.author.host,
            startedAt: record.startedAt,
            record: try JSON(parsing: text)
        )
        row.tag = record.image.tag
        row.version = record.image.version
        row.commitSha = record.image.commit
        row.tree = record.image.tree
        row.previousImage = record.previousImage
        row.run = record.author.run
        row.servedAt = record.transitions.first { $0.state == .verifying }?.at
        row.endedAt = record.finishedAt
        row.failedAt = record.transitions.first { $0.state == .rollingBack || $0.state == .failed }?.at
        row.failureReason = record.failure?.reason
        row.failureMessage = record.failure?.message
        return row
    }

    private static func steps(_ record: ReleaseRecord) -> [Journal.DeploymentStep] {
        record.transitions.map { transition in
            var data: JSON = [
                "environment": .string(record.environment), "number": .int(Int64(record.number)),
                "digest": .string(record.image.digest),
            ]
            data["detail"] = transition.detail.map(JSON.string)
            return Journal.DeploymentStep(state: transition.state.rawValue, at: transition.at, data: data)
        }
    }
}
