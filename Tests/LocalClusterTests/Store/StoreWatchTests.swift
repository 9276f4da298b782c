import Core
import Foundation
import Kubernetes
import Testing

@testable import LocalCluster

@Suite("Store: watching")
struct StoreWatchTests {
    /// The next events of a watch, as `KIND name`.
    private func next(_ count: Int, of iterator: inout ObjectWatch.Iterator) async throws -> [String] {
        var result: [String] = []
        while result.count < count, let event = try await iterator.next() {
            result.append("\(event.kind.rawValue) \(event.object.name)")
        }
        return result
    }

    @Test("a watch without a version begins with what is there")
    func initialEvents() async throws {
        let store = try await StoreFixtures.store()
        for name in ["b", "a"] { _ = try await store.create(StoreFixtures.configMap(name)) }
        var iterator = try await store.watch(.configMap, namespace: "default").makeAsyncIterator()
        _ = try await store.create(StoreFixtures.configMap("c"))
        _ = try await store.delete(.configMap, namespace: "default", name: "a")
        #expect(try await next(4, of: &iterator) == ["ADDED a", "ADDED b", "ADDED c", "DELETED a"])
    }

    @Test("a watch goes on after a version, also after a restart")
    func resume() async throws {
        try await withTemporaryDirectory { directory in
            let path = directory.appending(path: "objects.sqlite").path
            let first = try await StoreFixtures.store(at: path)
            var object = try await first.create(StoreFixtures.configMap("a"))
            let version = await first.resourceVersion
            object["data", "a"] = "2"
            _ = try await first.update(object)
            try await first.close()
            let second = try await StoreFixtures.store(at: path)
            _ = try await second.create(StoreFixtures.configMap("b"))
            var iterator = try await second.watch(.configMap, from: version).makeAsyncIterator()
            #expect(try await next(2, of: &iterator) == ["MODIFIED a", "ADDED b"])
        }
    }

    @Test("an object that stops matching the selector is deleted for the watcher, one that begins is added")
    func selectors() async throws {
        let store = try await StoreFixtures.store()
        let labels = LabelSelector(matching: ["app": "web"])
        var iterator = try await store.watch(.pod, labels: labels).makeAsyncIterator()
        _ = try await store.create(StoreFixtures.pod("other"))
        var pod = try await store.create(StoreFixtures.pod("p", labels: ["app": "web"]))
        pod.labels = ["app": "db"]
        pod = try await store.update(pod)
        pod.labels = ["app": "web"]
        _ = try await store.update(pod)
        #expect(try await next(3, of: &iterator) == ["ADDED p", "DELETED p", "ADDED p"])
    }

    @Test("a version that is forgotten is 410, one from the future is refused")
    func tooOld() async throws {
        let store = try await StoreFixtures.store { $0.historyLimit = 10 }
        let old = await store.resourceVersion
        for number in 0..<20 { _ = try await store.create(StoreFixtures.configMap("c\(number)")) }
        let error = await statusError { _ = try await store.watch(.configMap, from: old) }
        #expect(error?.code == 410)
        #expect(error?.message.hasPrefix("too old resource version: \(old) (") == true)
        let now = await store.resourceVersion
        _ = try await store.watch(.configMap, from: now)
        #expect(await statusError { _ = try await store.watch(.configMap, from: now + 1) }?.code == 504)
    }

    @Test("a watcher that falls behind is cut off with 410, and the writers go on")
    func slowWatcher() async throws {
        let store = try await StoreFixtures.store { $0.watchBuffer = 5 }
        var iterator = try await store.watch(.configMap).makeAsyncIterator()
        for number in 0..<10 { _ = try await store.create(StoreFixtures.configMap("c\(number)")) }
        #expect(store.hub.count == 0)
        #expect(try await next(5, of: &iterator).count == 5)
        let error = await statusError { _ = try await iterator.next() }
        #expect(error?.isExpired == true)
    }

    @Test("a watch that is dropped leaves nothing behind")
    func cancellation() async throws {
        let store = try await StoreFixtures.store()
        let watch = try await store.watch(.configMap)
        let task = Task {
            for try await _ in watch {}
        }
        #expect(store.hub.count == 1)
        task.cancel()
        _ = await task.result
        #expect(store.hub.count == 0)
    }

    @Test("a bookmark comes after everything before it")
    func bookmark() async throws {
        let store = try await StoreFixtures.store()
        let watch = try await store.watch(.configMap)
        var iterator = watch.makeAsyncIterator()
        _ = try await store.create(StoreFixtures.configMap("a"))
        watch.requestBookmark()
        #expect(try await next(1, of: &iterator) == ["ADDED a"])
        let event = try await iterator.next()
        #expect(event?.kind == .bookmark)
        #expect(event?.object.resourceVersion == String(await store.resourceVersion))
    }
}
