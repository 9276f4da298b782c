import Core
import Foundation
import Kubernetes
import Testing

@testable import Delivery

/// Each trouble of the documented guide, told in words with what mends it.
struct DiagnosisTests {
    struct Trouble: Sendable, CustomTestStringConvertible {
        let testDescription: String
        var waiting: (reason: String, message: String)?
        var ended: String?
        var unschedulable: String?
        var probe: String?
        let fix: String
    }

    static let troubles = [
        Trouble(
            testDescription: "registry login",
            waiting: ("ImagePullBackOff", "failed to pull: 401 Unauthorized"),
            fix: "create secret docker-registry"
        ),
        Trouble(
            testDescription: "image pull",
            waiting: ("ErrImagePull", "manifest unknown: not found"),
            fix: "The image is not in the registry"
        ),
        Trouble(
            testDescription: "registry out of reach",
            waiting: ("ErrImagePull", "dial tcp: i/o timeout"),
            fix: "The registry cannot be reached from the node"
        ),
        Trouble(testDescription: "crash", waiting: ("CrashLoopBackOff", "back-off"), fix: "logs p -c api --previous"),
        Trouble(
            testDescription: "missing settings",
            waiting: ("CreateContainerConfigError", "configmap \"x\" not found"),
            fix: "get configmaps,secrets"
        ),
        Trouble(
            testDescription: "memory",
            waiting: ("CrashLoopBackOff", ""),
            ended: "OOMKilled",
            fix: "needs more memory"
        ),
        Trouble(
            testDescription: "resources",
            unschedulable: "0/1 nodes are available: 1 Insufficient cpu.",
            fix: "lower resources.requests, or add nodes"
        ),
        Trouble(
            testDescription: "affinity",
            unschedulable: "0/1 nodes: didn't match pod anti-affinity rules",
            fix: "one node more than replicas"
        ),
        Trouble(
            testDescription: "failing probe",
            probe: "Readiness probe failed: HTTP probe failed with statuscode: 503",
            fix: "Ask it what the probe asks"
        ),
    ]

    @Test(arguments: troubles)
    func eachTroubleHasItsFix(_ trouble: Trouble) throws {
        var pod = KubernetesObject(
            .pod,
            namespace: "ns",
            name: "p",
            content: ["spec": ["containers": [["name": "api"]]]]
        )
        pod["metadata", "uid"] = "u"
        var status: JSON = ["name": "api", "ready": false, "restartCount": 3, "state": ["running": [:]]]
        if let waiting = trouble.waiting {
            status["state"] = ["waiting": ["reason": .string(waiting.reason), "message": .string(waiting.message)]]
        }
        if let ended = trouble.ended {
            status["lastState"] = ["terminated": ["reason": .string(ended), "exitCode": 137]]
        }
        pod.status = ["phase": "Running", "containerStatuses": [status]]
        if let message = trouble.unschedulable {
            pod.status = [
                "phase": "Pending",
                "conditions": [["type": "PodScheduled", "status": "False", "message": .string(message)]],
            ]
        }
        let events =
            trouble.probe.map { [EventLog.Warning(reason: "Unhealthy", message: $0, count: 3, order: 1)] } ?? []
        let finding = try #require(PodDiagnosis(pod: PodView(pod), events: events, namespace: "ns").finding)
        #expect(finding.verdict == .problem)
        #expect(finding.fix?.contains(trouble.fix) == true, "\(finding)")
    }

    @Test func aReadyPodHasNoTrouble() {
        var pod = KubernetesObject(.pod, namespace: "ns", name: "p")
        pod.status = ["phase": "Running", "conditions": [["type": "Ready", "status": "True"]]]
        #expect(PodDiagnosis(pod: PodView(pod), events: [], namespace: "ns").finding == nil)
    }

    /// A token's payload says from when to when it holds; nothing else of it is told.
    @Test func ageAndEndOfATokenAreTold() throws {
        let now = Date(timeIntervalSince1970: 1_800_000_000)
        func finding(_ end: Double) throws -> Finding {
            let claims: JSON = ["iat": 1_799_996_400, "exp": .int(Int64(1_800_000_000 + end))]
            let payload = Data(claims.text().utf8).base64EncodedString().replacing("=", with: "")
                .replacing("+", with: "-").replacing("/", with: "_")
            let connection = ClusterConnection(
                name: "prod",
                server: try #require(URL(string: "https://cluster:6443")),
                credentials: .token(Secret("aGVhZA.\(payload).signature"))
            )
            let fixture = try ReleaseFixture()
            return try #require(CredentialCheck(environment: fixture.environment, now: now).findings(connection).first)
        }
        #expect(try finding(-7200).message == "a token for prod ended 2 h ago, issued 1 h ago")
        #expect(try finding(-7200).verdict == .problem)
        #expect(try finding(7200).verdict == .warning)
        #expect(try finding(30 * 86_400).verdict == .good)
        #expect(try finding(30 * 86_400).message == "a token for prod, issued 1 h ago, 720 h left")
    }

    @Test(arguments: [
        ("3", RollbackTarget.revision(3)), ("release-7", .release(7)), ("01HXYZ", .id("01HXYZ")),
    ])
    func targetsOfARollback(_ text: String, _ target: RollbackTarget) {
        #expect(RollbackTarget(text) == target)
    }

    @Test(arguments: ["0", "-1", "release-0", "release-x", "v1", "", "a/b/c/d"])
    func noTarget(_ text: String) { #expect(RollbackTarget(text) == nil) }
}
