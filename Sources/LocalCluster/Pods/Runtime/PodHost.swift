import Core
import Foundation
import Kubernetes
import Logging

/// What all pods of the node share.
struct PodHost: Sendable {
    let store: ObjectStore
    let images: PodImages
    let network: any PodNetwork
    let launcher: ContainerLauncher
    let paths: PodPaths
    let node: NodeFacts
    let logger: Logger

    static let component = "kubelet"

    /// The node's own address, as far as pods are concerned.
    let address: String

    func event(
        _ pod: KubernetesObject,
        _ reason: String,
        _ message: String,
        _ type: EventType = .normal,
        container: ContainerRecord? = nil
    ) async {
        _ = await store.recordEvent(
            about: pod,
            reason: reason,
            message: message,
            type: type,
            source: EventSource(Self.component, host: node.name),
            fieldPath: container?.fieldPath
        )
    }

    /// The pod's own credentials for registries (`imagePullSecrets`), as Docker's configuration keeps them.
    func pullSecrets(of pod: KubernetesObject) async -> [JSON] {
        var configurations: [JSON] = []
        for entry in pod["spec", "imagePullSecrets"]?.array ?? [] {
            guard let name = entry["name"]?.string,
                let secret = await store.get(.secret, namespace: pod.namespace, name: name),
                let text = secret["data", ".dockerconfigjson"]?.string, let data = Data(base64Encoded: text),
                let configuration = try? JSON(parsing: data)
            else { continue }
            configurations.append(configuration)
        }
        return configurations
    }

    /// Everything that the pod's containers and volumes name.
    func context(for pod: KubernetesObject, address: String) async -> PodContext {
        var context = PodContext(pod: pod, address: address, hostAddress: self.address, node: node)
        let namespace = pod.namespace
        func byName(_ type: ResourceType) async -> [String: KubernetesObject] {
            let items = await store.list(type, namespace: namespace).items
            return Dictionary(items.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        }
        context.configMaps = await byName(.configMap)
        context.secrets = await byName(.secret)
        context.claims = await byName(.persistentVolumeClaim)
        context.services = await store.list(.service, namespace: namespace).items.map(ServiceView.init)
        return context
    }
}
