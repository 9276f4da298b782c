import Core
import Kubernetes

/// Plans a release by its environment's strategy: what is written first, and what only when the new pods are good.
struct StrategyPlanner {
    let context: ReleaseContext

    private var environment: EnvironmentSettings { context.environment }
    private var base: String { environment.deployment.text }

    /// - Throws: `SlipwayError` naming what stands against it.
    func plan(_ request: ReleaseRequest) async throws -> ReleasePlan {
        if let replacement = request.replacement {
            return try await context.planner.replacing(with: replacement)
        }
        switch environment.strategy {
        case .rolling: return try await inPlace(request)
        case .blueGreen(let rule): return try await blueGreen(request, rule)
        case .canary(let rule): return try await canary(request, rule)
        }
    }

    private func inPlace(_ request: ReleaseRequest) async throws -> ReleasePlan {
        let live = try await LiveDeployment.read(context)
        if live.slot == .green, live.object != nil {
            throw SlipwayError(
                .invalidInput,
                "\(environment.name) is served by \(live.name), the second Deployment of a blue-green release",
                at: environment.location,
                why: "strategy \(environment.strategy.name) changes \(base) in place, which serves nobody now",
                next: "Release once more with strategy: blue-green, so that \(base) serves, then change the strategy."
            )
        }
        return try await context.planner.plan(request.objects, takeOver: request.takeOver, subject: .init(name: base))
    }

    // MARK: - Blue-green

    private func blueGreen(_ request: ReleaseRequest, _ rule: BlueGreenRule) async throws -> ReleasePlan {
        let arrangement = BlueGreenArrangement(environment: environment)
        try arrangement.check(request.objects)
        let live = try await LiveDeployment.read(context)
        // The first release makes the first slot; a Deployment from before there were slots is left as it is.
        let here = arrangement.objects(request.objects, slot: live.object == nil ? .blue : live.slot)
        let unswitched = try await context.planner.plan(
            here,
            takeOver: request.takeOver,
            subject: .init(name: live.name)
        )
        guard let running = live.object, unswitched.changesPods(of: live.name) else { return unswitched }
        try await refuseForeignScaler(request.objects)
        let next = (live.slot ?? .blue).other
        let objects = arrangement.objects(request.objects, slot: next)
        var plan = try await context.planner.plan(
            objects,
            takeOver: request.takeOver,
            subject: .init(
                name: next.deployment(base),
                replicas: try await context.planner.isAutoscaled(manifests: request.objects)
                    ? DeploymentView(running).replicas : nil
            )
        )
        for index in plan.writes.indices where arrangement.isSwitched(plan.writes[index].reference, in: objects) {
            plan.writes[index].stage = .shift
            if plan.writes[index].reference.kind == "Service" {
                try await narrow(&plan.writes[index], to: live)
            }
        }
        plan.strategy = StrategyPlan(
            strategy: .blueGreen(rule),
            candidate: next.deployment(base),
            outgoing: live.name,
            outgoingReplicas: DeploymentView(running).replicas
        )
        return plan
    }

    /// Where the Service's selector as it is now would take in the new pods, it is narrowed before they are made.
    private func narrow(_ write: inout PlannedWrite, to live: LiveDeployment) async throws {
        guard live.slot == nil, let service = write.beforeObject, let running = live.object else { return }
        let pods = try await PodFinder(context: context).pods(of: running)
        guard let hash = pods.first?.object.labels[LabelName.podTemplateHash] else {
            throw SlipwayError(
                .external,
                "No pod of \(live.name) runs, so there is nothing that the Service could be kept on meanwhile",
                next: "Release once with strategy: rolling, or scale \(live.name) up. Nothing was changed."
            )
        }
        write.interim = BlueGreenArrangement.narrowed(service, toTemplate: hash).json
    }

    /// An autoscaler that is not among the manifests could not be led to the new Deployment.
    private func refuseForeignScaler(_ objects: [KubernetesObject]) async throws {
        let known = Set(objects.filter { $0.kind == "HorizontalPodAutoscaler" }.map(\.name))
        let foreign = try await context.planner.scalers(manifests: []).filter { !known.contains($0.name) }
        guard let scaler = foreign.first else { return }
        throw SlipwayError(
            .external,
            "The HorizontalPodAutoscaler \(scaler.name) scales \(base) and is not among the manifests",
            why: "a blue-green release must lead it to the Deployment that serves",
            next: "Add it to \(environment.manifests.text). Nothing was changed."
        )
    }

    // MARK: - Canary

    private func canary(_ request: ReleaseRequest, _ rule: CanaryRule) async throws -> ReleasePlan {
        var plan = try await inPlace(request)
        let live = try await LiveDeployment.read(context)
        guard let running = live.object, plan.changesPods(of: base), let first = rule.steps.first,
            let index = plan.writes.firstIndex(where: { $0.isDeployment(named: base) })
        else { return plan }
        let stable = DeploymentView(running).replicas
        // Nobody runs, so nobody would notice a canary.
        guard stable > 0 else { return plan }
        let canary = CanaryArrangement.object(
            of: plan.writes[index].desiredObject,
            replicas: first.pods(beside: stable)
        )
        var own = try await context.planner.plan(
            [canary],
            takeOver: request.takeOver,
            subject: .init(name: canary.name, isScaledByRelease: true)
        )
        if let write = own.writes.first, write.action != .create {
            throw SlipwayError(
                .waiting,
                "There is a Deployment \(canary.name) already, which no release of Slipway left behind",
                next: "Delete it if nobody needs it: kubectl delete deployment \(canary.name) "
                    + "-n \(environment.namespace). Nothing was changed."
            )
        }
        for position in own.writes.indices { own.writes[position].stage = .trial }
        plan.writes[index].stage = .shift
        plan.writes.insert(contentsOf: own.writes, at: index)
        plan.strategy = StrategyPlan(
            strategy: .canary(rule),
            candidate: canary.name,
            outgoing: base,
            outgoingReplicas: stable
        )
        return plan
    }
}

/// The second Deployment of a canary: the same pods under a label of its own, which the Service takes in too.
enum CanaryArrangement {
    static let track = "canary"

    static func object(of deployment: KubernetesObject, replicas: Int) -> KubernetesObject {
        var object = deployment
        object.name = "\(deployment.name)-\(track)"
        object["spec", "replicas"] = .int(Int64(replicas))
        object["spec", "selector", "matchLabels", DeliveryName.track] = .string(track)
        object["spec", "template", "metadata", "labels", DeliveryName.track] = .string(track)
        return object
    }
}
