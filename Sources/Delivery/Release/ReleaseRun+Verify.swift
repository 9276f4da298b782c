import Core
import Foundation
import Kubernetes

extension ReleaseRun {
    /// Asks every new pod, and the Service where it leads to nothing but new pods; goes on by the strategy.
    mutating func verify() async throws {
        context.reporter.report(.step("Verifying"))
        let parts: Set<Verifier.Part> = strategy == .rolling ? [.pods, .service] : [.pods]
        let detail = try await check(record.subject, parts)
        if case .blueGreen = strategy { return try await enter(.shifting, detail) }
        if watchRule != nil, DeploymentView(try await liveDeployment(record.subject)).replicas > 0 {
            try await enter(.watching, detail)
        } else {
            try await pauseOrAdvance(detail)
        }
    }

    /// Runs the checks and notes what they found.
    ///
    /// - Returns: How many passed, in words.
    /// - Throws: `ReleaseFailure` with the first that failed.
    @discardableResult
    mutating func check(_ name: String, _ parts: Set<Verifier.Part>) async throws -> String {
        let deployment = try await liveDeployment(name)
        let results = try await Verifier(context: context).verify(deployment, by: record.verification, parts)
        entry.record.checks = entry.record.checks.filter { old in !results.contains { $0.isOfSame(old) } } + results
        if let failed = results.first(where: { !$0.passed }) {
            throw ReleaseFailure(
                reason: "VerificationFailed",
                message: "\(failed.target): \(failed.check) \(failed.text)",
                evidence: results.filter { !$0.passed }.dropFirst().map { "\($0.target): \($0.check) \($0.text)" }
            )
        }
        return results.isEmpty ? "nothing to check" : "\(results.count) checks passed"
    }
}

/// Runs the checks of `verify` on what runs now.
struct Verifier {
    enum Part { case pods, service }

    let context: ReleaseContext

    func verify(
        _ deployment: KubernetesObject,
        by settings: VerificationSettings,
        _ parts: Set<Part> = [.pods, .service]
    ) async throws -> [CheckResult] {
        let view = DeploymentView(deployment)
        guard view.replicas > 0 else {
            context.reporter.report(.note("No pods to verify: replicas is 0."))
            return []
        }
        if settings.pods.isEmpty, settings.service.isEmpty {
            context.reporter.report(.warning("slipway.yml names no checks under verify: only readiness was tested."))
            return []
        }
        let port = try PortResolver(environment: context.environment).podPort(deployment)
        let pods = try await PodFinder(context: context).pods(of: deployment)
        guard !pods.isEmpty else {
            throw ReleaseFailure(reason: "VerificationFailed", message: "no pod of the new revision is left to verify")
        }
        var results: [CheckResult] = []
        if parts.contains(.pods) {
            results = try await run(settings.pods, on: pods.map { .pod($0.name, port: port) })
        }
        // A Service that leads to pods which already failed tells nothing new.
        guard parts.contains(.service), results.allSatisfy(\.passed), !settings.service.isEmpty else { return results }
        results += try await run(settings.service, on: [try await service(podPort: port)])
        return results
    }

    private func service(podPort: Int) async throws -> ProxyTarget {
        let name = context.environment.service
        guard
            let service = try await context.cluster.get(
                .service,
                namespace: context.environment.namespace,
                name: name
            )
        else {
            throw ReleaseFailure(reason: "VerificationFailed", message: "there is no Service \(name) to ask")
        }
        let port = try PortResolver(environment: context.environment).servicePort(service, podPort: podPort)
        return .service(name, port: port)
    }

    /// All targets at once, the checks of each in order.
    private func run(_ checks: [HTTPCheck], on targets: [ProxyTarget]) async throws -> [CheckResult] {
        let runner = CheckRunner(
            cluster: context.cluster,
            namespace: context.environment.namespace,
            clock: context.clock
        )
        return try await withThrowingTaskGroup(of: (Int, [CheckResult]).self) { group in
            for (index, target) in targets.enumerated() {
                group.addTask { [reporter = context.reporter] in
                    var results: [CheckResult] = []
                    for check in checks {
                        let result = try await runner.run(check, on: target)
                        reporter.report(.check(result))
                        results.append(result)
                    }
                    return (index, results)
                }
            }
            var all: [(Int, [CheckResult])] = []
            for try await results in group { all.append(results) }
            return all.sorted { $0.0 < $1.0 }.flatMap(\.1)
        }
    }
}
