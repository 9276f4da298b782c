import Core
import Foundation
import Kubernetes
import Testing

@Suite struct ObjectTests {
    @Test func readsAndWritesMetadata() {
        var object = KubernetesObject(.deployment, namespace: "shop", name: "api", content: ["spec": ["replicas": 2]])
        object.labels["app"] = "api"
        object.annotations["note"] = "x"
        object.finalizers = ["foregroundDeletion"]
        object.generation = 3
        #expect(object.apiVersion == "apps/v1" && object.group == "apps" && object.version == "v1")
        #expect(object.type == .deployment)
        #expect(object["spec", "replicas"] == 2)
        #expect(object["metadata", "labels", "app"] == "api")
        #expect(object.key.description == "Deployment.apps shop/api")
        object.finalizers = []
        #expect(object["metadata", "finalizers"] == nil)
    }

    @Test func clusterScopedObjectsGetNoNamespace() {
        #expect(KubernetesObject(.namespace, namespace: "x", name: "shop").namespace == nil)
    }

    @Test func dropsWhatTheServerWroteBeforeApplyingAgain() {
        var object = KubernetesObject(.configMap, namespace: "shop", name: "c", content: ["data": ["a": "b"]])
        let original = object
        object.uid = "u"
        object.resourceVersion = "7"
        object.creationTimestamp = Date()
        object.annotations = [AnnotationName.lastAppliedConfiguration: "{}"]
        object.status = ["x": 1]
        #expect(object.applicable == original)
    }

    @Test func ownerReferencesRoundTrip() {
        var owner = KubernetesObject(.replicaSet, namespace: "shop", name: "rs")
        owner.uid = "123"
        var pod = KubernetesObject(.pod, namespace: "shop", name: "p")
        pod.ownerReferences = [OwnerReference(controller: owner)]
        #expect(pod.controller?.uid == "123")
        #expect(
            pod["metadata", "ownerReferences"] == [
                [
                    "apiVersion": "apps/v1", "kind": "ReplicaSet", "name": "rs", "uid": "123", "controller": true,
                    "blockOwnerDeletion": true,
                ]
            ]
        )
    }

    @Test(arguments: [
        (ResourceType.pod.path(namespace: "a", name: "b", subresource: "log"), "/api/v1/namespaces/a/pods/b/log"),
        (ResourceType.deployment.path(namespace: "a"), "/apis/apps/v1/namespaces/a/deployments"),
        (ResourceType.deployment.path(), "/apis/apps/v1/deployments"),
        (ResourceType.namespace.path(namespace: "a", name: "b"), "/api/v1/namespaces/b"),
        (ResourceType.configMap.path(namespace: "a", name: "x/../y"), "/api/v1/namespaces/a/configmaps/x%2F..%2Fy"),
    ])
    func pathsOfResources(path: String, expected: String) {
        #expect(path == expected)
    }

    @Test func everyKnownTypeIsFoundByKindAndByPath() {
        for type in ResourceType.all {
            #expect(ResourceType.known(apiVersion: type.apiVersion, kind: type.kind) == type)
            #expect(ResourceType.known(group: type.group, version: type.version, plural: type.plural) == type)
        }
    }

    @Test func watchEventsRoundTrip() throws {
        let json: JSON = ["type": "ADDED", "object": ["kind": "Pod", "apiVersion": "v1", "metadata": ["name": "p"]]]
        let event = try WatchEvent(json)
        #expect(event.kind == .added && event.object.name == "p" && event.error == nil && event.json == json)
        #expect(throws: KubernetesStatusError.self) { try WatchEvent(["type": "SHRUG", "object": [:]]) }
    }
}
