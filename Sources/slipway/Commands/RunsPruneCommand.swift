import ArgumentParser
import Core
import Delivery
import Foundation
import Journal
import Runner

/// `slipway runs prune`: frees the space of old runs.
struct RunsPruneCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "prune",
        abstract: "Remove old runs with their logs and artifacts.",
        discussion: """
            The newest run of each workflow always stays, so that its numbers go on. Runs that are being executed stay too: \
            cancel them first.
            """
    )

    @Option(help: "Keep so many of the newest runs of each workflow.")
    var keep: Int?

    @Option(help: "Remove only what began longer ago, such as 30d or 12h.")
    var olderThan: String?

    @Flag(help: "Say what would be removed, and remove nothing.")
    var dryRun = false

    @Flag(help: "Also those that wait for an approval, or could be gone on with.")
    var force = false

    @Flag(help: "JSON.")
    var json = false

    func validate() throws {
        if keep == nil, olderThan == nil { throw ValidationError("Say which: --keep N, --older-than 30d, or both") }
        if let keep, keep < 1 { throw ValidationError("--keep must be at least 1") }
        if let olderThan, DurationText.parse(olderThan) == nil {
            throw ValidationError("--older-than \(olderThan): write it as 30d, 12h or 90m")
        }
    }

    func run() async throws {
        let state = StateDirectory.locate()
        let pruning = RunPruning(journal: try Journal(at: state.journal), state: state)
        let age = olderThan.flatMap(DurationText.parse)
        let rule = RunPruning.Rule(
            keep: keep ?? 1,
            before: age.map { Date(timeIntervalSinceNow: -$0) },
            includesUnfinished: force
        )
        var removed: [RunRecord] = []
        var kept: [RunPruning.Candidate] = []
        var bytes: Int64 = 0
        for candidate in try await pruning.candidates(rule) {
            guard candidate.obstacle == nil else {
                kept.append(candidate)
                continue
            }
            if !dryRun { bytes += try await pruning.remove(candidate.run) }
            removed.append(candidate.run)
        }
        report(removed, kept, bytes)
    }

    private func report(_ removed: [RunRecord], _ kept: [RunPruning.Candidate], _ bytes: Int64) {
        if json {
            let report: JSON = .object([
                "dryRun": .bool(dryRun),
                "removed": .array(removed.map { .string($0.id) }),
                "kept": .array(
                    kept.map { .object(["id": .string($0.run.id), "reason": .string($0.obstacle ?? "")]) }
                ),
            ])
            print(report.text(pretty: true))
            return
        }
        let verb = dryRun ? "would remove" : "removed"
        for run in removed { print("\(verb) \(run.id)  \(run.workflow) #\(run.number)") }
        for candidate in kept { print("kept \(candidate.run.id): \(candidate.obstacle ?? "")") }
        let size = dryRun ? "" : ", \(bytes.formatted(.byteCount(style: .file)))"
        print("\(verb) \(removed.count) run\(removed.count == 1 ? "" : "s")\(size)")
    }
}
