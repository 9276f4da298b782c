import Core
import Foundation
import Kubernetes

/// Asks a pod or Service until a check holds or its patience ends: no sleep stands in for a condition.
package struct CheckRunner: Sendable {
    private let cluster: any ReleaseCluster
    private let namespace: String
    private let clock: ReleaseClock

    package init(cluster: any ReleaseCluster, namespace: String, clock: ReleaseClock) {
        self.cluster = cluster
        self.namespace = namespace
        self.clock = clock
    }

    package func run(_ check: HTTPCheck, on target: ProxyTarget) async throws -> CheckResult {
        let start = clock.seconds()
        var attempts = 0
        var pause = 0.1
        while true {
            attempts += 1
            let (passed, text) = try await attempt(check, on: target)
            let waited = clock.seconds() - start
            if passed || waited + pause > check.patience {
                let patience = passed || attempts == 1 ? "" : ", still so after \(DurationText.format(waited))"
                return CheckResult(
                    target: target.text,
                    check: check.name,
                    passed: passed,
                    text: text + patience,
                    attempts: attempts
                )
            }
            try await clock.sleep(pause)
            pause = min(pause * 2, 1)
        }
    }

    private func attempt(_ check: HTTPCheck, on target: ProxyTarget) async throws -> (Bool, String) {
        let request = ProxyRequest(
            check.path,
            method: check.method,
            headers: check.headers.sorted { $0.key < $1.key }.map { ($0.key, $0.value) },
            body: check.body.map { Data($0.utf8) },
            timeout: .seconds(max(5, (check.within ?? 0) * 2))
        )
        let start = clock.seconds()
        do {
            let answer = try await cluster.send(request, to: target, namespace: namespace)
            return Self.judge(answer, took: clock.seconds() - start, by: check)
        } catch let error as CancellationError {
            throw error
        } catch let error as KubernetesStatusError {
            return (false, "no answer: \(error.message)")
        } catch {
            try Task.checkCancellation()
            return (false, "no answer: \(error)")
        }
    }

    /// Whether an answer is what the check wants, and in words what it was.
    static func judge(_ answer: ProxyAnswer, took seconds: TimeInterval, by check: HTTPCheck) -> (Bool, String) {
        let time = "\(Int((seconds * 1000).rounded())) ms"
        let body = String(decoding: answer.body.prefix(4096), as: UTF8.self)
        guard check.statuses.contains(answer.status) else {
            let wanted = check.statuses.map(String.init).joined(separator: " or ")
            return (false, "answered \(answer.status) instead of \(wanted): \(excerpt(body))")
        }
        if let text = check.contains, !String(decoding: answer.body, as: UTF8.self).contains(text) {
            return (false, "answered \(answer.status) without \"\(text)\": \(excerpt(body))")
        }
        if !check.json.isEmpty {
            guard let document = try? JSON(parsing: answer.body) else {
                return (false, "answered \(answer.status) with something that is not JSON: \(excerpt(body))")
            }
            for expectation in check.json {
                let found = expectation.path.value(in: document)
                if found != expectation.value {
                    let there = found.map { $0.text() } ?? "missing"
                    return (false, "\(expectation.path) is \(there) instead of \(expectation.value.text())")
                }
            }
        }
        if let limit = check.within, seconds > limit {
            return (false, "answered \(answer.status) in \(time), slower than \(Int(limit * 1000)) ms")
        }
        return (true, "\(answer.status) in \(time)")
    }

    /// The first line of a body, short enough for a message.
    private static func excerpt(_ body: String) -> String {
        let line = body.split(whereSeparator: \.isNewline).first.map(String.init) ?? ""
        return line.isEmpty ? "(empty)" : line.count > 160 ? line.prefix(160) + "…" : line
    }
}
