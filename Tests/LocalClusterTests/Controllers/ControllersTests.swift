import Core
import Foundation
import Kubernetes
import Logging
import Testing

@testable import LocalCluster

/// The controllers over a real store; a task that plays the node makes pods ready, or does not.
@Suite(.timeLimit(.minutes(1))) struct ControllersTests {
    @Test func rollsADeploymentOutAndOn() async throws {
        try await withCluster { cluster in
            try await cluster.create(cluster.deployment(image: "localhost/x:v1", replicas: 2))
            let first = try await cluster.rolledOut(revision: 1)
            #expect(first.condition("Progressing")?.reason == "NewReplicaSetAvailable")
            #expect(first.condition("Available")?.isTrue == true)

            try await cluster.setImage("localhost/x:v2", cause: "v2")
            _ = try await cluster.rolledOut(revision: 2)
            let sets = await cluster.store.list(.replicaSet, namespace: "default").items.map(ReplicaSetView.init)
            #expect(sets.count == 2)
            let new = try #require(sets.first { $0.revision == 2 })
            #expect(new.replicas == 2)
            #expect(new.changeCause == "v2")
            #expect(sets.first { $0.revision == 1 }?.replicas == 0)
            let pods = await cluster.store.list(.pod, namespace: "default").items
            #expect(pods.count == 2)
            #expect(pods.allSatisfy { $0.labels[LabelName.podTemplateHash] == new.podTemplateHash })
        }
    }

    @Test func goingBackUsesTheOldReplicaSetUnderANewRevision() async throws {
        try await withCluster { cluster in
            try await cluster.create(cluster.deployment(image: "localhost/x:v1", replicas: 1))
            _ = try await cluster.rolledOut(revision: 1)
            try await cluster.setImage("localhost/x:v2")
            _ = try await cluster.rolledOut(revision: 2)
            try await cluster.setImage("localhost/x:v1")
            _ = try await cluster.rolledOut(revision: 3)
            let sets = await cluster.store.list(.replicaSet, namespace: "default").items
            #expect(sets.count == 2)
            #expect(sets.contains { $0.annotations[AnnotationName.revisionHistory] == "1" })
        }
    }

    @Test func keepsTheOldPodsWhileNewOnesAreNotReady() async throws {
        try await withCluster { cluster in
            try await cluster.create(cluster.deployment(image: "localhost/x:v1", replicas: 2, deadline: 1))
            _ = try await cluster.rolledOut(revision: 1)
            try await cluster.setImage("localhost/x:broken")
            let failed = try await cluster.waitForDeployment { deployment in
                deployment.progressing?.reason == "ProgressDeadlineExceeded" && deployment.updatedReplicas == 1
            }
            #expect(failed.availableReplicas == 2)
            let ready = await cluster.store.list(.pod, namespace: "default").items.filter { PodView($0).isReady }
            #expect(ready.count == 2)
        }
    }

    @Test func reportsWhatAQuotaRefuses() async throws {
        try await withCluster { cluster in
            try await cluster.create(
                KubernetesObject(
                    .resourceQuota,
                    namespace: "default",
                    name: "q",
                    content: ["spec": ["hard": ["pods": "2"]]]
                )
            )
            try await cluster.create(cluster.deployment(image: "localhost/x:v1", replicas: 2))
            _ = try await cluster.rolledOut(revision: 1)
            try await cluster.setImage("localhost/x:v2")
            let failed = try await cluster.waitForDeployment { $0.replicaFailure?.isTrue == true }
            #expect(failed.replicaFailure?.reason == "FailedCreate")
            let message = try #require(failed.replicaFailure?.message)
            #expect(message.hasSuffix("exceeded quota: q, requested: pods=1, used: pods=2, limited: pods=2"))
        }
    }

    @Test func listsEndpointsOfReadyPodsAndDropsTerminatingOnes() async throws {
        try await withCluster { cluster in
            try await cluster.create(
                KubernetesObject(
                    .service,
                    namespace: "default",
                    name: "web",
                    content: ["spec": ["selector": ["app": "x"], "ports": [["port": 80, "targetPort": "http"]]]]
                )
            )
            try await cluster.create(cluster.deployment(image: "localhost/x:v1", replicas: 2))
            let slice = try await cluster.wait(.endpointSlice) {
                EndpointSliceView($0).endpoints.count(where: \.isReady) == 2
            }
            #expect(EndpointSliceView(slice).ports.values.sorted() == [8000])
            try await cluster.scale(to: 1)
            _ = try await cluster.wait(.endpointSlice) { EndpointSliceView($0).endpoints.count(where: \.isReady) == 1 }
        }
    }

    @Test func deletesWhatADeploymentOwned() async throws {
        try await withCluster { cluster in
            try await cluster.create(cluster.deployment(image: "localhost/x:v1", replicas: 2))
            _ = try await cluster.rolledOut(revision: 1)
            _ = try await cluster.store.delete(.deployment, namespace: "default", name: "web")
            try await cluster.waitUntilEmpty([.replicaSet, .pod])
        }
    }

    @Test func emptiesANamespaceBeforeItGoes() async throws {
        try await withCluster { cluster in
            try await cluster.create(KubernetesObject(.namespace, name: "team"))
            try await cluster.create(KubernetesObject(.configMap, namespace: "team", name: "settings"))
            _ = try await cluster.store.delete(.namespace, name: "team")
            try await cluster.waitUntilGone(.namespace, name: "team")
            #expect(await cluster.store.list(.configMap, namespace: "team").items.isEmpty)
        }
    }
}
