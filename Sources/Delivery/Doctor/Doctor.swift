import Core
import Foundation
import Images
import Kubernetes

/// Examines one environment: everything that a release to it needs, and what ails what runs there.
struct Doctor {
    let context: ReleaseContext

    private var environment: EnvironmentSettings { context.environment }

    /// What needs the cluster; the credentials were examined before.
    func examine(_ resolve: () async throws -> ReleaseRequest) async -> [Finding] {
        guard let version = await reach() else { return [unreachable] }
        var findings = [version]
        if let missing = await namespace() { return findings + [missing] }
        findings.append(await note("permissions") { try await PermissionCheck(context: context, writes: []).check() })
        findings += await deployment()
        findings += await releases()
        do {
            let request = try await resolve()
            findings.append(.good("image", request.image.reference))
            findings += await plan(request)
        } catch let error as SlipwayError {
            findings.append(.problem("image", error))
        } catch {
            findings.append(.problem("image", "\(error)"))
        }
        findings += backups()
        return findings
    }

    // MARK: - The cluster

    private var unreachable: Finding {
        .problem(
            "cluster",
            "\(context.cluster.name) does not answer, or refuses the credentials",
            fix:
                "kubectl cluster-info, with the same kubeconfig: is the address right from here, is a VPN or proxy needed, "
                + "are the credentials of this cluster?"
        )
    }

    private func reach() async -> Finding? {
        do {
            _ = try await context.cluster.get(.lease, namespace: environment.namespace, name: "slipway-doctor")
            return .good("cluster", "\(context.cluster.name) answers")
        } catch let error as KubernetesStatusError where error.code == 401 {
            return nil
        } catch is KubernetesStatusError {
            // Whatever it refuses, it is there and knows who asks.
            return .good("cluster", "\(context.cluster.name) answers")
        } catch {
            return nil
        }
    }

    private func namespace() async -> Finding? {
        do {
            guard try await context.cluster.get(.namespace, namespace: nil, name: environment.namespace) == nil else {
                return nil
            }
        } catch {
            // Reading namespaces is a right over the whole cluster that a deployer need not have.
            return nil
        }
        return context.cluster.isLocal
            ? .warning("namespace", "\(environment.namespace) is not there yet; the first release makes it")
            : .problem(
                "namespace",
                "\(environment.namespace) is not there",
                fix: "kubectl create namespace \(environment.namespace)"
            )
    }

    /// Runs a check of the release's own; what it throws is a problem in its words.
    private func note(_ subject: String, _ check: () async throws -> Void) async -> Finding {
        do {
            try await check()
            return .good(subject, "all there")
        } catch let error as SlipwayError {
            return .problem(subject, error)
        } catch let error as KubernetesStatusError {
            return .problem(subject, error.message)
        } catch {
            return .problem(subject, "\(error)")
        }
    }

    // MARK: - What runs

    private func deployment() async -> [Finding] {
        do {
            let live = try await LiveDeployment.read(context)
            guard let object = live.object else {
                return [.good("deployment", "nothing is deployed yet")]
            }
            let health = try await DeploymentHealth.read(context)
            var findings: [Finding] = []
            if let trouble = health.trouble { findings.append(.problem("deployment \(live.name)", trouble)) }
            let view = DeploymentView(object)
            if let progressing = view.progressing, progressing.reason == "ProgressDeadlineExceeded" {
                findings.append(
                    .problem(
                        "deployment \(live.name)",
                        "it made no progress within its deadline: \(progressing.message)",
                        fix: "The pods below say why. If a good version only starts slowly, raise "
                            + "progressDeadlineSeconds, and timeout and rollout.ready-within of slipway.yml."
                    )
                )
            }
            if let failure = view.replicaFailure, failure.isTrue {
                findings.append(
                    .problem(
                        "deployment \(live.name)",
                        "the cluster refuses its pods: \(failure.message)",
                        fix:
                            "Raise the ResourceQuota, or ask for less: kubectl -n \(environment.namespace) describe quota"
                    )
                )
            }
            findings += try await pods(of: object)
            if findings.isEmpty {
                findings = [
                    .good("deployment \(live.name)", "\(view.availableReplicas) of \(view.replicas) pods available")
                ]
            }
            return findings
        } catch {
            return [.problem("deployment", "it cannot be read: \(error)")]
        }
    }

    private func pods(of deployment: KubernetesObject) async throws -> [Finding] {
        guard let selector = DeploymentView(deployment).selector else { return [] }
        let namespace = environment.namespace
        let pods = try await context.cluster.list(.pod, namespace: namespace, labels: selector).items.map(PodView.init)
        var log = EventLog()
        let events = (try? await context.cluster.list(.event, namespace: namespace, labels: .everything).items) ?? []
        for event in events { log.see(EventView(event), baseline: false) }
        return pods.sorted { $0.name < $1.name }.compactMap {
            PodDiagnosis(pod: $0, events: log.warnings(about: $0.uid), namespace: namespace).finding
        }
    }

    private func releases() async -> [Finding] {
        do {
            let entries = try await context.ledger.entries()
            var findings: [Finding] = []
            if let open = entries.first(where: { !$0.record.state.isFinished })?.record {
                findings.append(
                    .warning(
                        "releases",
                        "release \(open.number) (\(open.image.text)) is \(open.state.rawValue), begun by "
                            + open.author.text,
                        fix: "Go on with it: slipway deploy --env \(environment.name). "
                            + "Or back: slipway rollback \(environment.name)"
                    )
                )
            }
            if let last = entries.first?.record, last.state == .rollbackFailed {
                findings.append(
                    .problem(
                        "releases",
                        "release \(last.number) failed and could not be undone: \(last.failure?.message ?? "")",
                        fix: "slipway rollback \(environment.name)"
                    )
                )
            }
            if let holder = try await context.lock.holderText() {
                findings.append(.warning("lock", "held by \(holder)"))
            }
            return findings.isEmpty
                ? [.good("releases", "\(entries.count) recorded, none open; the lock is free")] : findings
        } catch {
            return [.problem("releases", "the records cannot be read: \(error)")]
        }
    }

    // MARK: - The next release

    private func plan(_ request: ReleaseRequest) async -> [Finding] {
        do {
            let plan = try await Releaser(context).plan(request)
            let health = try await DeploymentHealth.read(context)
            let preflight = Preflight(context: context, plan: plan, request: request, health: health)
            var findings: [Finding] = [
                .good("manifests", "the cluster takes them; \(plan.changed.count) of \(plan.writes.count) would change")
            ]
            findings.append(await note("quota") { try await preflight.checkQuota() })
            if let rule = request.watch {
                findings.append(
                    await note("metrics") { try await MetricCheck(context: context, rule: rule).check(health) }
                )
            }
            return findings
        } catch let error as SlipwayError {
            return [.problem("manifests", error)]
        } catch let error as KubernetesStatusError {
            return [.problem("manifests", error.message)]
        } catch {
            return [.problem("manifests", "\(error)")]
        }
    }

    private func backups() -> [Finding] {
        guard let settings = environment.backup else { return [] }
        do {
            _ = try settings.key(context.variables)
            let newest = try BackupStore(folder: context.backups).list().first
            let age = newest.map { DurationText.format(context.clock.date().timeIntervalSince($0.madeAt)) }
            let sealed = settings.keyVariable == nil ? "not sealed" : "sealed"
            return [.good("backups", (age.map { "the newest is \($0) old" } ?? "none yet") + ", \(sealed)")]
        } catch let error as SlipwayError {
            return [.problem("backups", error)]
        } catch {
            return [.problem("backups", "\(error)")]
        }
    }
}

/// Examines how an environment's cluster is reached, without reaching it.
struct CredentialCheck {
    let environment: EnvironmentSettings
    let now: Date

    func findings(_ connection: ClusterConnection) -> [Finding] {
        let inspection = CredentialInspection(connection)
        let place = "\(inspection.kind) for \(connection.name)"
        var findings = [ends(place, inspection)]
        if let authority = inspection.authorityExpires, authority < now.addingTimeInterval(30 * 86_400) {
            findings.append(
                .warning("credentials", "the cluster's own certificate authority ends \(authority.formatted(.iso8601))")
            )
        }
        if connection.tls.skipsVerification {
            findings.append(
                .warning(
                    "credentials",
                    "the kubeconfig trusts any server (insecure-skip-tls-verify)",
                    fix: "Put the cluster's certificate-authority-data in instead."
                )
            )
        }
        return findings
    }

    private func ends(_ place: String, _ inspection: CredentialInspection) -> Finding {
        let age = inspection.issued.map { ", issued \(DurationText.format(now.timeIntervalSince($0))) ago" } ?? ""
        guard let end = inspection.expires else { return .good("credentials", "\(place)\(age); no end is told") }
        let rest = end.timeIntervalSince(now)
        let fix = "Make new ones and replace the secret: k8s/README.md says how."
        if rest <= 0 {
            return .problem("credentials", "\(place) ended \(DurationText.format(-rest)) ago\(age)", fix: fix)
        }
        let text = "\(place)\(age), \(DurationText.format(rest)) left"
        return rest < 7 * 86_400 ? .warning("credentials", text, fix: fix) : .good("credentials", text)
    }
}
