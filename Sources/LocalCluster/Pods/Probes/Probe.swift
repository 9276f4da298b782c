import Core
import Kubernetes

/// What a pod says about one probe, with Kubernetes' defaults.
struct Probe: Sendable, Hashable {
    enum Kind: String, Sendable, Hashable, CaseIterable {
        case startup, readiness, liveness

        var field: String { "\(rawValue)Probe" }
        /// As events begin: `Readiness probe failed: …`.
        var title: String { "\(rawValue.prefix(1).uppercased())\(rawValue.dropFirst()) probe" }
    }

    let kind: Kind
    let action: ProbeAction
    let initialDelay: Duration
    let period: Duration
    let timeout: Duration
    let successThreshold: Int
    let failureThreshold: Int
    /// How long the container has to end after this probe has failed; nil for the pod's own time.
    let terminationGracePeriodSeconds: Int?

    /// Nil where the container has no such probe.
    init?(_ kind: Kind, of container: ContainerView) {
        guard let json = container.json[kind.field], let action = ProbeAction(json, container: container) else {
            return nil
        }
        self.kind = kind
        self.action = action
        initialDelay = .seconds(json["initialDelaySeconds"]?.int ?? 0)
        period = .seconds(max(1, json["periodSeconds"]?.int ?? 10))
        timeout = .seconds(max(1, json["timeoutSeconds"]?.int ?? 1))
        successThreshold = max(1, json["successThreshold"]?.int ?? 1)
        failureThreshold = max(1, json["failureThreshold"]?.int ?? 3)
        terminationGracePeriodSeconds = json["terminationGracePeriodSeconds"]?.int
    }
}

/// What is done to a container from outside: by a probe, or by a lifecycle hook.
enum ProbeAction: Sendable, Hashable {
    struct HTTPGet: Sendable, Hashable {
        var isSecure: Bool
        /// Nil is the pod's own address.
        var host: String?
        var port: Int
        /// With the query.
        var path: String
        var headers: [Header]
    }

    struct Header: Sendable, Hashable {
        let name: String
        let value: String
    }

    case exec([String])
    case httpGet(HTTPGet)
    case tcpSocket(host: String?, port: Int)
    case sleep(seconds: Int)
    /// Something the local cluster cannot do; it fails, saying so.
    case unsupported(String)

    init?(_ json: JSON, container: ContainerView) {
        func port(_ value: JSON?) -> Int {
            if let number = value?.int { return number }
            let name = value?.string ?? ""
            return container.ports.first { $0.name == name }?.containerPort ?? Int(name) ?? 0
        }
        if let exec = json["exec"] {
            self = .exec(exec["command"]?.array?.compactMap(\.string) ?? [])
        } else if let get = json["httpGet"] {
            let path = get["path"]?.string ?? "/"
            self = .httpGet(
                HTTPGet(
                    isSecure: get["scheme"]?.string == "HTTPS",
                    host: get["host"]?.string,
                    port: port(get["port"]),
                    path: path.hasPrefix("/") ? path : "/\(path)",
                    headers: (get["httpHeaders"]?.array ?? []).map {
                        Header(name: $0["name"]?.string ?? "", value: $0["value"]?.string ?? "")
                    }
                )
            )
        } else if let socket = json["tcpSocket"] {
            self = .tcpSocket(host: socket["host"]?.string, port: port(socket["port"]))
        } else if let sleep = json["sleep"] {
            self = .sleep(seconds: sleep["seconds"]?.int ?? 0)
        } else if json["grpc"] != nil {
            self = .unsupported("gRPC probes are not supported by the local cluster")
        } else {
            return nil
        }
    }
}

/// How one attempt went.
enum ProbeOutcome: Sendable, Hashable {
    case success
    /// `isRefused`: nobody listens (yet).
    case failure(String, isRefused: Bool = false)
}
