import Foundation
import Synchronization

/// What an earlier engine recorded of a job, by part and step.
final class JobMemory: Sendable {
    let entries: [LedgerEntry]
    private let started: [PartKey: [StartedProcess]]
    private let ended: [PartKey: [ProcessOutcome]]
    private let done: [PartKey: PartMemory]
    private let steps: [Int: StepMemory]
    private let logLengths: [Int: Int]
    /// Answers of `hashFiles` that were not asked for again yet.
    private let hashes: Mutex<[String: [String]]>

    init(_ entries: [LedgerEntry]) {
        self.entries = entries
        var started: [PartKey: [StartedProcess]] = [:]
        var ended: [PartKey: [ProcessOutcome]] = [:]
        var done: [PartKey: PartMemory] = [:]
        var steps: [Int: StepMemory] = [:]
        var hashes: [String: [String]] = [:]
        var logLengths: [Int: Int] = [:]
        func note(_ step: Int, _ length: Int) { logLengths[step] = max(logLengths[step] ?? 0, length) }
        for entry in entries {
            switch entry {
            case .started(let process):
                started[process.key, default: []].append(process)
                note(process.key.step, process.logLength)
            case .ended(let key, let outcome):
                ended[key, default: []].append(outcome)
                note(key.step, outcome.logLength)
            case .done(let key, let memory):
                done[key] = memory
                note(key.step, memory.logLength)
            case .step(let memory): steps[memory.number] = memory
            case .hash(let step, let patterns, let digest):
                hashes[Self.name(step, patterns), default: []].append(digest)
            }
        }
        self.started = started
        self.ended = ended
        self.done = done
        self.steps = steps
        self.logLengths = logLengths
        self.hashes = Mutex(hashes)
    }

    var isEmpty: Bool { entries.isEmpty }

    func step(_ number: Int) -> StepMemory? { steps[number] }

    func part(_ key: PartKey) -> PartMemory? { done[key] }

    /// How many steps are done.
    var completedSteps: Int { steps.count }

    /// Where the log of a step ends as far as it is recorded; nil for a step of which nothing is.
    func logLength(ofStep step: Int) -> Int? { logLengths[step] ?? (steps[step] == nil ? nil : 0) }

    /// A process that was started for a part which is not done, with its end where that is known.
    func caught(_ key: PartKey) -> (process: StartedProcess, outcome: ProcessOutcome?)? {
        guard done[key] == nil, let last = started[key]?.last else { return nil }
        let ends = ended[key] ?? []
        return (last, ends.count == started[key]?.count ? ends.last : nil)
    }

    /// All processes that were started and of whose end nothing is recorded.
    var interrupted: [StartedProcess] {
        started.keys.compactMap { key in
            guard steps[key.step] == nil, let caught = caught(key), caught.outcome == nil else { return nil }
            return caught.process
        }.sorted { ($0.key.step, $0.key.part) < ($1.key.step, $1.key.part) }
    }

    /// The processes of a step, in their order.
    func processes(ofStep step: Int) -> [StartedProcess] {
        started.filter { $0.key.step == step }.sorted { $0.key.part < $1.key.part }.flatMap(\.value)
    }

    /// Everything that was to be hidden from logs.
    var masks: [String] {
        (ended.values.flatMap { $0.map(\.effects) } + done.values.map(\.effects)).flatMap(\.masks)
    }

    /// What `hashFiles` answered, once for each time that it was asked.
    func takeHash(step: Int, patterns: [String]) -> String? {
        hashes.withLock { hashes in
            let name = Self.name(step, patterns)
            guard let known = hashes[name], let first = known.first else { return nil }
            hashes[name] = Array(known.dropFirst())
            return first
        }
    }

    private static func name(_ step: Int, _ patterns: [String]) -> String {
        "\(step)\0" + patterns.joined(separator: "\0")
    }
}
