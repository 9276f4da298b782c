import Core
import Kubernetes

/// The ports of a Service as one pod serves them: a named target port may have another number in each pod.
enum EndpointPorts {
    static func resolve(_ service: ServiceView, for pod: PodView) -> JSON {
        let ports = service.ports.compactMap { port -> JSON? in
            let number: Int?
            switch port.targetPort {
            case .number(let value): number = value
            case .name(let name): number = containerPort(named: name, in: pod)
            }
            guard let number else { return nil }
            return [
                "name": .string(port.name), "protocol": .string(port.protocol), "port": .int(Int64(number)),
            ]
        }
        return .array(ports)
    }

    private static func containerPort(named name: String, in pod: PodView) -> Int? {
        pod.containers.lazy.flatMap(\.ports).first { $0.name == name }?.containerPort
    }
}
