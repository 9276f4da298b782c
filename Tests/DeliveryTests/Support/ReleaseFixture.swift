import Core
import Foundation
import Kubernetes
import Synchronization

@testable import Delivery

/// Remembers what a release told.
final class RecordingReporter: ReleaseReporter {
    private let told = Mutex<[String]>([])

    func report(_ event: ReleaseEvent) {
        switch event {
        case .note(let text), .warning(let text), .waiting(let text), .step(let text): told.withLock { $0.append(text) }
        case .plan, .progress, .check, .watching, .state: break
        }
    }

    var lines: [String] { told.withLock { $0 } }
    func clear() { told.withLock { $0 = [] } }
}

struct SilentJournal: ReleaseJournal {
    func note(_ record: ReleaseRecord) async {}
}

/// A service in a simulated cluster, with a version released and verified.
struct ReleaseFixture {
    let time = SimulatedTime()
    let cluster: SimulatedCluster
    let reporter = RecordingReporter()
    var environment: EnvironmentSettings
    var folder = URL(filePath: "/tmp")
    var variables: [String: String] = [:]

    init(_ change: (inout EnvironmentSettings) -> Void = { _ in }) throws {
        cluster = SimulatedCluster(time: time)
        let text = """
            image: localhost/api
            deployment: api
            container: api
            port: 8000
            verify: {pods: [/ready], service: [/health]}
            watch: {window: 60s, interval: 5s}
            environments: {test: {namespace: ns, manifests: k8s}}
            """
        environment = try DeliveryFileReader.parse(text, file: "slipway.yml", folder: URL(filePath: "/tmp"))
            .environment("test")
        change(&environment)
    }

    var context: ReleaseContext {
        ReleaseContext(
            cluster: cluster,
            environment: environment,
            author: ReleaseAuthor(user: "alice", host: "here", process: 1, run: nil),
            clock: time.clock,
            reporter: reporter,
            journal: SilentJournal(),
            folder: folder,
            variables: variables
        )
    }

    static func image(_ version: Int) -> ReleaseImage {
        var image = ReleaseImage(
            reference: "localhost/api@sha256:\(version)",
            digest: "sha256:\(version)",
            tag: "v\(version)"
        )
        image.commit = "c\(version)"
        image.tree = "t\(version)"
        return image
    }

    /// A Service, a ConfigMap whose content goes with the version, and the Deployment.
    func request(_ version: Int, approval: ApprovalSource = .missing) throws -> ReleaseRequest {
        let objects = [
            KubernetesObject(
                .deployment,
                name: "api",
                content: [
                    "spec": [
                        "replicas": 2, "selector": ["matchLabels": ["app": "api"]],
                        "template": [
                            "metadata": ["labels": ["app": "api"]],
                            "spec": [
                                "containers": [
                                    ["name": "api", "image": "localhost/api", "ports": [["containerPort": 8000]]]
                                ]
                            ],
                        ],
                    ]
                ]
            ),
            KubernetesObject(.configMap, name: "settings", content: ["data": ["version": .string("\(version)")]]),
            KubernetesObject(
                .service,
                name: "api",
                content: ["spec": ["selector": ["app": "api"], "ports": [["port": 80, "targetPort": 8000]]]]
            ),
        ]
        let image = Self.image(version)
        let prepared = try ManifestPreparation(environment: environment).prepare(objects, image: image)
        return ReleaseRequest(
            image: image,
            objects: prepared,
            approval: approval,
            verification: environment.verification,
            watch: environment.watch
        )
    }

    @discardableResult
    func release(_ version: Int, approval: ApprovalSource = .missing) async throws -> ReleaseOutcome {
        try await Releaser(context).release(try request(version, approval: approval))
    }

    /// The image that the Deployment which serves names.
    var deployedImage: String? {
        let slot = cluster.object(.service, "api")?["spec", "selector", DeliveryName.slot]?.string
        return cluster.object(.deployment, slot == "green" ? "api-green" : "api")?[
            "spec",
            "template",
            "spec",
            "containers"
        ]?[0]?["image"]?.string
    }

    var settings: String? { cluster.object(.configMap, "settings")?["data", "version"]?.string }

    /// The images that pods run.
    var runningImages: Set<String> {
        Set(cluster.objects("Pod").compactMap { PodView($0).containers.first?.image })
    }

    func records() async throws -> [ReleaseRecord] { try await context.ledger.entries().map(\.record) }
}
