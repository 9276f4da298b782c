import Core
import Foundation
import Kubernetes
import Testing

@testable import LocalCluster

@Suite("Store: deleting objects")
struct StoreDeleteTests {
    @Test("a pod that runs is marked with its grace period, then removed with none")
    func gracefulPod() async throws {
        let store = try await StoreFixtures.store()
        _ = try await store.create(StoreFixtures.pod("p", node: "n"))
        let marked = try await store.delete(.pod, namespace: "default", name: "p")
        guard case .marked(let pod) = marked else { Issue.record("removed at once"); return }
        #expect(pod.deletionGracePeriodSeconds == 30)
        #expect(pod.isBeingDeleted)
        #expect(pod.generation == 2)
        // Asking again changes nothing; asking for less shortens.
        let again = try await store.delete(.pod, namespace: "default", name: "p").object
        #expect(again == pod)
        let shorter = try await store.delete(
            .pod,
            namespace: "default",
            name: "p",
            options: DeleteOptions(gracePeriodSeconds: 5)
        )
        #expect(shorter.object.deletionGracePeriodSeconds == 5)
        let gone = try await store.delete(
            .pod,
            namespace: "default",
            name: "p",
            options: DeleteOptions(gracePeriodSeconds: 0)
        )
        guard case .removed = gone else { Issue.record("still there"); return }
        #expect(await store.get(.pod, namespace: "default", name: "p") == nil)
    }

    @Test("a pod without a node, and one that has ended, go at once")
    func immediatePods() async throws {
        let store = try await StoreFixtures.store()
        _ = try await store.create(StoreFixtures.pod("pending"))
        guard case .removed = try await store.delete(.pod, namespace: "default", name: "pending") else {
            Issue.record("pending pod is only marked")
            return
        }
        _ = try await store.create(StoreFixtures.pod("done", node: "n"))
        _ = try await store.modify(.pod, namespace: "default", name: "done", subresource: .status) {
            $0["status", "phase"] = "Succeeded"
        }
        guard case .removed = try await store.delete(.pod, namespace: "default", name: "done") else {
            Issue.record("ended pod is only marked")
            return
        }
    }

    @Test("finalizers hold an object until the last is gone")
    func finalizers() async throws {
        let store = try await StoreFixtures.store()
        var object = StoreFixtures.configMap("a")
        object.finalizers = ["example.com/one", "example.com/two"]
        _ = try await store.create(object)
        guard case .marked(var marked) = try await store.delete(.configMap, namespace: "default", name: "a") else {
            Issue.record("finalizers were ignored")
            return
        }
        marked.finalizers.append("example.com/three")
        #expect(await statusError { _ = try await store.update(marked) }?.code == 422)
        marked.finalizers = ["example.com/two"]
        marked = try await store.update(marked)
        marked.finalizers = []
        _ = try await store.update(marked)
        #expect(await store.get(.configMap, namespace: "default", name: "a") == nil)
    }

    @Test("foreground and orphan deletion leave a finalizer for the garbage collector")
    func propagation() async throws {
        let store = try await StoreFixtures.store()
        for (propagation, finalizer) in [(Propagation.foreground, "foregroundDeletion"), (.orphan, "orphan")] {
            _ = try await store.create(StoreFixtures.deployment(finalizer.lowercased()))
            let deletion = try await store.delete(
                .deployment,
                namespace: "default",
                name: finalizer.lowercased(),
                options: DeleteOptions(propagation: propagation)
            )
            #expect(deletion.object.finalizers == [finalizer])
            #expect(deletion.object.generation == 2)
            #expect(deletion.object.deletionGracePeriodSeconds == 0)
        }
    }

    @Test("preconditions are checked")
    func preconditions() async throws {
        let store = try await StoreFixtures.store()
        let object = try await store.create(StoreFixtures.configMap("a"))
        for options in [DeleteOptions(uid: "other"), DeleteOptions(resourceVersion: "1")] {
            let error = await statusError {
                _ = try await store.delete(.configMap, namespace: "default", name: "a", options: options)
            }
            #expect(error?.code == 409)
        }
        _ = try await store.delete(
            .configMap,
            namespace: "default",
            name: "a",
            options: DeleteOptions(uid: object.uid)
        )
        #expect(await store.list(.configMap, namespace: "default").items.isEmpty)
    }

    @Test("a namespace is emptied before it goes, and takes nothing new")
    func namespace() async throws {
        let store = try await StoreFixtures.store()
        _ = try await store.create(KubernetesObject(.namespace, name: "team"))
        #expect(await store.get(.serviceAccount, namespace: "team", name: "default") != nil)
        let marked = try await store.delete(.namespace, name: "team").object
        #expect(marked["status", "phase"] == "Terminating")
        var object = StoreFixtures.configMap("a")
        object.namespace = "team"
        let error = await statusError { _ = try await store.create(object) }
        #expect(error?.code == 403)
        #expect(error?.details?.causes.first?.reason == "NamespaceTerminating")
        _ = try await store.finalizeNamespace("team")
        #expect(await store.get(.namespace, name: "team") == nil)
    }
}
