import Core
import Foundation
import Kubernetes

@testable import Delivery

/// A rollout as a real Kubernetes told it, line by line.
struct Recording {
    struct Line {
        let time: TimeInterval
        let change: ClusterChange
    }

    /// Everything listed before the action.
    var before: [KubernetesObject] = []
    var lines: [Line] = []
    var actionAt: TimeInterval = 0

    init(_ name: String) throws {
        let url = SharedData.recordings.appending(path: "rollouts/\(name).jsonl")
        for text in try String(contentsOf: url, encoding: .utf8).split(separator: "\n") {
            let json = try JSON(parsing: String(text))
            guard let time = json["t"]?.double else { continue }
            if let items = json[path: "body", "items"]?.array {
                let kind = (json[path: "body", "kind"]?.string ?? "").replacing("List", with: "")
                let version = json[path: "body", "apiVersion"]?.string ?? ""
                before += items.map { item in
                    // Objects in a list do not repeat their kind.
                    var object = KubernetesObject(item)
                    object.kind = kind
                    object.apiVersion = version
                    return object
                }
            } else if json["action"] != nil {
                actionAt = time
            } else if let event = json["event"], let change = ClusterChange(try WatchEvent(event)) {
                lines.append(Line(time: time, change: change))
            }
        }
    }

    /// The Deployment as the server answered the action: its first new generation.
    var target: KubernetesObject? {
        let old = before.first { $0.kind == "Deployment" }?.generation ?? 0
        return lines.lazy.compactMap { line -> KubernetesObject? in
            guard line.time >= actionAt, case .present(let object) = line.change, object.kind == "Deployment",
                object.generation > old
            else { return nil }
            return object
        }.first
    }

    /// Replays all of it to a judge, and says what it decided when.
    func judged(
        limits: RolloutSettings = RolloutSettings(),
        releaseObjects: Set<String> = [],
        dropping kinds: Set<String> = []
    ) throws -> (verdict: RolloutVerdict, at: TimeInterval, judge: RolloutJudge) {
        guard let target else { throw CocoaError(.fileReadCorruptFile) }
        // Events that were told before the action belong to earlier rollouts.
        let early = lines.filter { $0.time < actionAt }.compactMap { line -> KubernetesObject? in
            if case .present(let object) = line.change { object } else { nil }
        }
        var judge = RolloutJudge(
            target: RolloutTarget(deployment: target, releaseObjects: releaseObjects, limits: limits),
            before: before + early,
            at: actionAt
        )
        for line in lines where line.time >= actionAt {
            if case .present(let object) = line.change, kinds.contains(object.kind) { continue }
            let verdict = judge.observe(line.change, at: line.time)
            if verdict.isFinal { return (verdict, line.time, judge) }
        }
        return (judge.verdict, lines.last?.time ?? 0, judge)
    }
}
