import Core
import Foundation
import Kubernetes
import Testing

@testable import LocalCluster

@Suite("Store: writing objects")
struct StoreWriteTests {
    @Test("a new Deployment gets identity, defaults and generation 1")
    func createsWithDefaults() async throws {
        let store = try await StoreFixtures.store()
        let object = try await store.create(StoreFixtures.deployment())
        #expect(object.uid?.count == 36)
        #expect(object.generation == 1)
        #expect(object.creationTimestamp != nil)
        #expect(object.resourceVersion == String(await store.resourceVersion))
        #expect(object["spec", "replicas"] == 1)
        #expect(object["spec", "revisionHistoryLimit"] == 10)
        #expect(object["spec", "progressDeadlineSeconds"] == 600)
        #expect(
            object["spec", "strategy"] == [
                "type": "RollingUpdate", "rollingUpdate": ["maxSurge": "25%", "maxUnavailable": "25%"],
            ]
        )
        let pod = object["spec", "template", "spec"]
        #expect(pod?["restartPolicy"] == "Always")
        #expect(pod?["terminationGracePeriodSeconds"] == 30)
        #expect(pod?["containers"]?[0]?["imagePullPolicy"] == "IfNotPresent")
    }

    @Test(
        "the pull policy follows the tag",
        arguments: [
            ("web", "Always"), ("web:latest", "Always"), ("localhost:5000/web", "Always"), ("web:v1", "IfNotPresent"),
            ("localhost/web@sha256:00", "IfNotPresent"),
        ]
    )
    func pullPolicy(image: String, policy: String) { #expect(PodDefaults.pullPolicy(of: image) == policy) }

    @Test("the generation counts changes of the spec only")
    func generation() async throws {
        let store = try await StoreFixtures.store()
        var object = try await store.create(StoreFixtures.deployment())
        object.labels["team"] = "memory"
        object = try await store.update(object)
        #expect(object.generation == 1)
        object.status = ["observedGeneration": 1, "replicas": 1]
        object = try await store.updateStatus(object)
        #expect(object.generation == 1)
        object["spec", "replicas"] = 3
        object = try await store.update(object)
        #expect(object.generation == 2)
        #expect(object["status", "replicas"] == 1)
    }

    @Test("an update leaves the status alone, and a status update all else")
    func subresources() async throws {
        let store = try await StoreFixtures.store()
        var object = try await store.create(StoreFixtures.deployment())
        object.status = ["replicas": 9]
        object["spec", "replicas"] = 5
        let updated = try await store.updateStatus(object)
        #expect(updated["spec", "replicas"] == 1)
        #expect(updated["status", "replicas"] == 9)
        var other = updated
        other.status = ["replicas": 0]
        other["spec", "replicas"] = 2
        #expect(try await store.update(other)["status", "replicas"] == 9)
    }

    @Test("a write that changes nothing makes no version")
    func noOperation() async throws {
        let store = try await StoreFixtures.store()
        let object = try await store.create(StoreFixtures.deployment())
        let before = await store.resourceVersion
        let again = try await store.update(object, options: WriteOptions(manager: "somebody"))
        #expect(again == object)
        #expect(await store.resourceVersion == before)
    }

    @Test("a stale resource version is a conflict")
    func optimisticConcurrency() async throws {
        let store = try await StoreFixtures.store()
        let first = try await store.create(StoreFixtures.configMap("a"))
        var second = first
        second["data", "a"] = "2"
        _ = try await store.update(second)
        let error = await statusError { _ = try await store.update(second) }
        #expect(error?.code == 409)
        #expect(
            error?.message
                == "Operation cannot be fulfilled on configmaps \"a\": the object has been modified; please apply your "
                + "changes to the latest version and try again"
        )
        second.resourceVersion = nil
        second["data", "a"] = "3"
        #expect(try await store.update(second)["data", "a"] == "3")
    }

    @Test("another life of the object is a conflict")
    func uidPrecondition() async throws {
        let store = try await StoreFixtures.store()
        var object = try await store.create(StoreFixtures.configMap("a"))
        object.uid = UUID().uuidString
        object.resourceVersion = nil
        #expect(await statusError { _ = try await store.update(object) }?.code == 409)
    }

    @Test("a name is made from a prefix, and is unique")
    func generateName() async throws {
        let store = try await StoreFixtures.store()
        var names: Set<String> = []
        for _ in 0..<20 {
            var object = StoreFixtures.configMap("")
            object["metadata", "name"] = nil
            object.generateName = "c-"
            let stored = try await store.create(object)
            #expect(stored.name.wholeMatch(of: /c-[bcdfghjklmnpqrstvwxz2456789]{5}/) != nil)
            names.insert(stored.name)
        }
        #expect(names.count == 20)
    }

    @Test("the namespace must exist")
    func namespaceMissing() async throws {
        let store = try await StoreFixtures.store()
        var object = StoreFixtures.configMap("a")
        object.namespace = "absent"
        let error = await statusError { _ = try await store.create(object) }
        #expect(error?.code == 404)
        #expect(error?.message == "namespaces \"absent\" not found")
    }

    @Test("the same name twice is a conflict")
    func alreadyExists() async throws {
        let store = try await StoreFixtures.store()
        _ = try await store.create(StoreFixtures.configMap("a"))
        let error = await statusError { _ = try await store.create(StoreFixtures.configMap("a")) }
        #expect(error?.isAlreadyExists == true)
        #expect(error?.message == "configmaps \"a\" already exists")
    }

    @Test("a dry run checks and writes nothing")
    func dryRun() async throws {
        let store = try await StoreFixtures.store()
        let before = await store.resourceVersion
        let object = try await store.create(StoreFixtures.deployment(), options: WriteOptions(isDryRun: true))
        #expect(object["spec", "replicas"] == 1)
        #expect(object.resourceVersion == nil)
        #expect(await store.resourceVersion == before)
        #expect(await store.get(.deployment, namespace: "default", name: "web") == nil)
    }

    @Test("the selector of a Deployment is immutable, with the causes Kubernetes gives")
    func immutableSelector() async throws {
        let store = try await StoreFixtures.store()
        var object = try await store.create(StoreFixtures.deployment())
        object["spec", "selector", "matchLabels"] = ["app": "other"]
        let error = await statusError { _ = try await store.update(object) }
        #expect(error?.code == 422)
        #expect(
            error?.message
                == "Deployment.apps \"web\" is invalid: [spec.template.metadata.labels: Invalid value: {\"app\":\"web\"}: "
                + "`selector` does not match template `labels`, spec.selector: Invalid value: "
                + "{\"matchLabels\":{\"app\":\"other\"}}: field is immutable]"
        )
        #expect(error?.details?.causes.count == 2)
    }

    @Test("a Service gets an address of its own and keeps it")
    func serviceAddress() async throws {
        let store = try await StoreFixtures.store()
        let spec: JSON = ["selector": ["app": "web"], "ports": [["port": 80, "targetPort": "http"]]]
        var addresses: Set<String> = []
        for name in ["a", "b", "c"] {
            let service = KubernetesObject(.service, namespace: "default", name: name, content: ["spec": spec])
            var stored = try await store.create(service)
            let address = try #require(stored["spec", "clusterIP"]?.string)
            #expect(address.wholeMatch(of: /127\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.\d+\.\d+/) != nil)
            addresses.insert(address)
            #expect(stored["spec", "ports"]?[0]?["protocol"] == "TCP")
            // A replace that leaves the address out keeps it; one that changes it is refused.
            stored["spec", "clusterIP"] = nil
            stored["spec", "clusterIPs"] = nil
            stored = try await store.update(stored)
            #expect(stored["spec", "clusterIP"]?.string == address)
            stored["spec", "clusterIP"] = "127.96.9.9"
            #expect(await statusError { _ = try await store.update(stored) }?.code == 422)
        }
        #expect(addresses.count == 3)
    }

    @Test("objects and the version survive a restart")
    func persistence() async throws {
        try await withTemporaryDirectory { directory in
            let path = directory.appending(path: "objects.sqlite").path
            let first = try await StoreFixtures.store(at: path)
            let object = try await first.create(StoreFixtures.deployment())
            let version = await first.resourceVersion
            try await first.close()
            let second = try await StoreFixtures.store(at: path)
            #expect(await second.resourceVersion == version)
            #expect(await second.get(.deployment, namespace: "default", name: "web") == object)
        }
    }

    @Test("repeated events are counted, many similar ones combined")
    func events() async throws {
        let clock = TestClock()
        let store = try await StoreFixtures.store(clock: clock)
        let pod = try await store.create(StoreFixtures.pod("p"))
        for _ in 0..<3 {
            clock.advance(1)
            await store.recordEvent(
                about: pod,
                reason: "Unhealthy",
                message: "probe failed",
                type: .warning,
                source: EventSource("kubelet")
            )
        }
        let list = await store.list(.event, namespace: "default").items
        #expect(list.count == 1)
        #expect(list.first?["count"] == 3)
        #expect(list.first?["firstTimestamp"] != list.first?["lastTimestamp"])
        for number in 0..<15 {
            await store.recordEvent(about: pod, reason: "Many", message: "number \(number)", source: EventSource("x"))
        }
        let many = await store.list(.event).items.filter { $0["reason"] == "Many" }
        #expect(many.count == 11)
        #expect(many.contains { $0["message"] == "(combined from similar events): number 14" && $0["count"] == 5 })
    }
}
