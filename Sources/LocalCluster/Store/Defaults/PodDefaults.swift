import Core
import Kubernetes

/// What Kubernetes fills into a pod's spec where the user says nothing (`pkg/apis/core/v1/defaults.go`).
enum PodDefaults {
    /// For pods and for the templates of other kinds.
    static func setSpec(_ spec: inout JSON) {
        spec.setDefault("restartPolicy", "Always")
        spec.setDefault("terminationGracePeriodSeconds", 30)
        spec.setDefault("dnsPolicy", "ClusterFirst")
        spec.setDefault("securityContext", .object([:]))
        spec.setDefault("schedulerName", "default-scheduler")
        // The old and the new name of the same field.
        if let account = spec["serviceAccountName"] ?? spec["serviceAccount"] {
            spec["serviceAccountName"] = account
            spec["serviceAccount"] = account
        }
        for list in ["initContainers", "containers"] {
            spec.mapItems(list) { setContainer(&$0) }
        }
        spec.mapItems("volumes") { setVolume(&$0) }
    }

    /// For pods only.
    static func setPod(_ object: inout KubernetesObject) {
        var spec = object.spec ?? .object([:])
        spec.setDefault("enableServiceLinks", true)
        setSpec(&spec)
        object.spec = spec
    }

    private static func setContainer(_ container: inout JSON) {
        container.setDefault("resources", .object([:]))
        container.setDefault("terminationMessagePath", "/dev/termination-log")
        container.setDefault("terminationMessagePolicy", "File")
        if container["imagePullPolicy"]?.string?.isEmpty ?? true {
            container["imagePullPolicy"] = .string(pullPolicy(of: container["image"]?.string ?? ""))
        }
        container.mapItems("ports") { $0.setDefault("protocol", "TCP") }
        container.mapItems("env") { variable in
            if variable[path: "valueFrom", "fieldRef"] != nil {
                var reference = variable[path: "valueFrom", "fieldRef"] ?? .object([:])
                reference.setDefault("apiVersion", "v1")
                variable[path: "valueFrom", "fieldRef"] = reference
            }
        }
        setRequests(&container)
        for probe in ["livenessProbe", "readinessProbe", "startupProbe"] {
            guard var value = container[probe] else { continue }
            value.setDefault("timeoutSeconds", 1)
            value.setDefault("periodSeconds", 10)
            value.setDefault("successThreshold", 1)
            value.setDefault("failureThreshold", 3)
            setHandler(&value)
            container[probe] = value
        }
        for hook in ["postStart", "preStop"] {
            guard var handler = container[path: "lifecycle", hook] else { continue }
            setHandler(&handler)
            container[path: "lifecycle", hook] = handler
        }
    }

    /// A limit without a request is also the request.
    private static func setRequests(_ container: inout JSON) {
        guard let limits = container[path: "resources", "limits"]?.object else { return }
        let requests = container[path: "resources", "requests"]?.object ?? [:]
        container[path: "resources", "requests"] = .object(requests.merging(limits) { request, _ in request })
    }

    private static func setHandler(_ handler: inout JSON) {
        if var action = handler["httpGet"] {
            action.setDefault("path", "/")
            action.setDefault("scheme", "HTTP")
            handler["httpGet"] = action
        }
        if var action = handler["grpc"] {
            action.setDefault("service", "")
            handler["grpc"] = action
        }
    }

    private static func setVolume(_ volume: inout JSON) {
        for source in ["secret", "configMap", "projected", "downwardAPI"] where volume[source] != nil {
            var value = volume[source] ?? .object([:])
            value.setDefault("defaultMode", 420)
            volume[source] = value
        }
        if volume["hostPath"] != nil, volume[path: "hostPath", "type"] == nil { volume[path: "hostPath", "type"] = "" }
    }

    /// `Always` for `latest` and for no tag at all, else `IfNotPresent`.
    static func pullPolicy(of image: String) -> String {
        if image.contains("@") { return "IfNotPresent" }
        let name = image.split(separator: "/").last ?? ""
        let tag = name.split(separator: ":", maxSplits: 1).dropFirst().first ?? "latest"
        return tag == "latest" ? "Always" : "IfNotPresent"
    }
}

extension JSON {
    /// Sets a member that is missing or null.
    mutating func setDefault(_ key: String, _ value: JSON) {
        if self[key] == nil || self[key] == .null { self[key] = value }
    }

    /// Changes each item of a list below a key; nothing happens where there is no list.
    mutating func mapItems(_ key: String, _ change: (inout JSON) -> Void) {
        guard let items = self[key]?.array else { return }
        self[key] = .array(
            items.map { item in
                var item = item
                change(&item)
                return item
            }
        )
    }
}
