import Core
import Foundation
import Kubernetes
import Testing

@Suite struct ViewTests {
    @Test(.enabled(if: SharedRecordings.isPresent, .init(rawValue: SharedRecordings.absence)))
    func readsARecordedDeployment() throws {
        let view = DeploymentView(
            KubernetesObject(try #require(try SharedRecordings.exchange("get-deployment")["body"]))
        )
        #expect(view.replicas == 2 && view.maxSurge == 1 && view.maxUnavailable == 0)
        #expect(view.progressDeadlineSeconds == 20 && view.revision == 18 && view.generation == 20)
        #expect(view.selector?.matches(view.template.labels) == true)
        #expect(view.template.container(named: "api-server")?.ports.first?.containerPort == 8000)
        #expect(view.progressing?.isTrue == true)
    }

    @Test(.enabled(if: SharedRecordings.isPresent, .init(rawValue: SharedRecordings.absence)))
    func seesACrashLoopInTheRecording() throws {
        let pods = try SharedRecordings.rollout("crash-loop").compactMap { line -> PodView? in
            guard line["watch"]?.string?.hasSuffix("/pods") == true, let event = line["event"] else { return nil }
            return PodView(try WatchEvent(event).object)
        }
        let crashed = pods.flatMap(\.containerStatuses).filter { $0.lastTermination?.exitCode == 3 }
        #expect(!crashed.isEmpty)
        #expect(pods.flatMap(\.containerStatuses).contains { $0.waitingReason == "CrashLoopBackOff" })
    }

    @Test(arguments: [
        ("25%", "25%", 4, 1, 1), ("25%", "25%", 10, 3, 2), ("0%", "10%", 3, 0, 1), ("1", "0", 2, 1, 0),
    ])
    func resolvesRollingUpdateBounds(surge: String, unavailable: String, replicas: Int64, up: Int, down: Int) {
        func value(_ text: String) -> JSON { Int64(text).map(JSON.int) ?? .string(text) }
        let view = DeploymentView(
            KubernetesObject([
                "spec": [
                    "replicas": .int(replicas),
                    "strategy": ["rollingUpdate": ["maxSurge": value(surge), "maxUnavailable": value(unavailable)]],
                ]
            ])
        )
        #expect(view.maxSurge == up && view.maxUnavailable == down)
    }

    @Test func fillsInTheDefaults() {
        let view = DeploymentView(KubernetesObject(["spec": [:]]))
        #expect(view.replicas == 1 && view.maxSurge == 1 && view.maxUnavailable == 0)
        #expect(view.progressDeadlineSeconds == 600 && view.revisionHistoryLimit == 10 && !view.isPaused)
        let endless = DeploymentView(KubernetesObject(["spec": ["progressDeadlineSeconds": 2_147_483_647]]))
        #expect(endless.progressDeadlineSeconds == nil)
    }

    @Test func availabilityWaitsForMinReadySeconds() {
        let pod = PodView(
            KubernetesObject([
                "status": [
                    "conditions": [["type": "Ready", "status": "True", "lastTransitionTime": "2026-11-23T11:00:00Z"]]
                ]
            ])
        )
        let start = Date(timeIntervalSince1970: 1_795_431_600)
        #expect(pod.isReady && pod.isAvailable(minReadySeconds: 0, at: start))
        #expect(!pod.isAvailable(minReadySeconds: 10, at: start.addingTimeInterval(9)))
        #expect(pod.isAvailable(minReadySeconds: 10, at: start.addingTimeInterval(10)))
    }

    @Test func readsServicesAndEndpoints() {
        let service = ServiceView(
            KubernetesObject([
                "spec": [
                    "selector": ["app": "api"],
                    "ports": [
                        ["name": "http", "port": 80, "targetPort": "http"], ["port": 81, "targetPort": 8001],
                        ["port": 82],
                    ],
                ]
            ])
        )
        #expect(service.ports.map(\.targetPort) == [.name("http"), .number(8001), .number(82)])
        #expect(service.selector?.matches(["app": "api", "x": "y"]) == true)
        #expect(ServiceView(KubernetesObject(["spec": [:]])).selector == nil)
        let slice = EndpointSliceView(
            KubernetesObject([
                "endpoints": [
                    ["addresses": ["10.0.0.1"], "targetRef": ["kind": "Pod", "name": "p", "uid": "u"]],
                    ["addresses": ["10.0.0.2"], "conditions": ["ready": false, "serving": true, "terminating": true]],
                ],
                "ports": [["name": "http", "port": 8000]],
            ])
        )
        #expect(slice.endpoints.map(\.isReady) == [true, false])
        #expect(slice.endpoints[1].isServing && slice.endpoints[1].isTerminating)
        #expect(slice.endpoints[0].podUID == "u" && slice.ports == ["http": 8000])
    }
}
