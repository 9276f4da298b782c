import Core
import Foundation
import Kubernetes

/// Lists, for each Service with a selector, the addresses of its pods and whether they take traffic.
struct EndpointSliceController: Controller {
    let name = "endpointslice-controller"
    let store: ObjectStore
    private static let managedBy = "endpointslice-controller.k8s.io"

    var watched: [WatchedResource] {
        [.itself(.service), WatchedResource(type: .pod, keys: servicesSelecting)]
    }

    /// A pod that was taken out of a Service by a change of its labels is found by the address it left behind.
    @Sendable private func servicesSelecting(_ pod: KubernetesObject) async throws -> [ReconcileKey] {
        let services = await store.list(.service, namespace: pod.namespace).items
        let slices = await store.list(.endpointSlice, namespace: pod.namespace).items.map(EndpointSliceView.init)
        let listing = Set(slices.filter { $0.endpoints.contains { $0.podUID == pod.uid } }.compactMap(\.serviceName))
        return services.filter { service in
            ServiceView(service).selector?.matches(pod) ?? false || listing.contains(service.name)
        }.map { ReconcileKey($0) }
    }

    func reconcile(_ key: ReconcileKey) async throws -> Duration? {
        let owned = LabelSelector(matching: [
            LabelName.serviceName: key.name, "endpointslice.kubernetes.io/managed-by": Self.managedBy,
        ])
        let slices = await store.list(.endpointSlice, namespace: key.namespace, labels: owned).items
        guard let service = await store.get(.service, namespace: key.namespace, name: key.name),
            !service.isBeingDeleted, let selector = ServiceView(service).selector
        else { return nil }
        let pods = await store.list(.pod, namespace: key.namespace, labels: selector).items
            .filter { PodView($0).podIP != nil && !PodView($0).isFinished }
            .sorted { $0.name < $1.name }

        // Pods that resolve a named port differently need slices of their own.
        let groups = Dictionary(grouping: pods) { EndpointPorts.resolve(ServiceView(service), for: PodView($0)) }
        var unused = slices
        for (ports, pods) in groups.sorted(by: { $0.key.text() < $1.key.text() }) {
            let content = Self.endpoints(of: pods, of: ServiceView(service))
            if let index = unused.firstIndex(where: { $0["ports"] == ports }) ?? unused.indices.first {
                var slice = unused.remove(at: index)
                guard slice["endpoints"] != content || slice["ports"] != ports else { continue }
                slice["endpoints"] = content
                slice["ports"] = ports
                _ = try await store.update(slice)
            } else {
                try await create(for: service, content, ports)
            }
        }
        if groups.isEmpty, let kept = unused.first {
            // The slice of a Service without pods stays, empty: watchers see the change and not a deletion.
            unused.removeFirst()
            var slice = kept
            slice["endpoints"] = []
            if slice != kept { _ = try await store.update(slice) }
        } else if groups.isEmpty {
            try await create(for: service, [], [])
        }
        for slice in unused {
            _ = try await store.delete(.endpointSlice, namespace: slice.namespace, name: slice.name)
        }
        return nil
    }

    private func create(for service: KubernetesObject, _ endpoints: JSON, _ ports: JSON) async throws {
        var slice = KubernetesObject(.endpointSlice, namespace: service.namespace, name: "")
        slice["metadata", "name"] = nil
        slice.generateName = "\(service.name)-"
        slice.labels = [
            LabelName.serviceName: service.name, "endpointslice.kubernetes.io/managed-by": Self.managedBy,
        ]
        slice.ownerReferences = [OwnerReference(controller: service)]
        slice["addressType"] = "IPv4"
        slice["endpoints"] = endpoints
        slice["ports"] = ports
        _ = try await store.create(slice)
    }

    private static func endpoints(of pods: [KubernetesObject], of service: ServiceView) -> JSON {
        .array(
            pods.map { pod in
                let view = PodView(pod)
                let isServing = view.isReady
                let isReady = service.publishesNotReadyAddresses || (isServing && !view.isTerminating)
                var endpoint: JSON = [
                    "addresses": .array([.string(view.podIP ?? "")]),
                    "conditions": [
                        "ready": .bool(isReady), "serving": .bool(isServing), "terminating": .bool(view.isTerminating),
                    ],
                    "targetRef": [
                        "kind": "Pod", "namespace": .string(view.namespace), "name": .string(view.name),
                        "uid": .string(view.uid),
                    ],
                ]
                if let node = view.nodeName { endpoint["nodeName"] = .string(node) }
                return endpoint
            }
        )
    }
}
