import Core
import Foundation
import Kubernetes

/// What Kubernetes fills into objects of the other kinds.
enum ObjectDefaults {
    static func deployment(_ object: inout KubernetesObject) {
        var spec = object.spec ?? .object([:])
        spec.setDefault("replicas", 1)
        spec.setDefault("revisionHistoryLimit", 10)
        spec.setDefault("progressDeadlineSeconds", 600)
        var strategy = spec["strategy"] ?? .object([:])
        strategy.setDefault("type", "RollingUpdate")
        if strategy["type"] == "RollingUpdate" {
            var rolling = strategy["rollingUpdate"] ?? .object([:])
            rolling.setDefault("maxUnavailable", "25%")
            rolling.setDefault("maxSurge", "25%")
            strategy["rollingUpdate"] = rolling
        }
        spec["strategy"] = strategy
        setTemplate(&spec)
        object.spec = spec
    }

    static func replicaSet(_ object: inout KubernetesObject) {
        var spec = object.spec ?? .object([:])
        spec.setDefault("replicas", 1)
        setTemplate(&spec)
        // What Kubernetes still does for the labels of the object itself.
        let labels = spec[path: "template", "metadata", "labels"]
        if object["metadata", "labels"] == nil, labels != nil { object["metadata", "labels"] = labels }
        object.spec = spec
    }

    private static func setTemplate(_ spec: inout JSON) {
        var pod = spec[path: "template", "spec"] ?? .object([:])
        PodDefaults.setSpec(&pod)
        spec[path: "template", "spec"] = pod
    }

    static func service(_ object: inout KubernetesObject) {
        var spec = object.spec ?? .object([:])
        spec.setDefault("type", "ClusterIP")
        spec.setDefault("sessionAffinity", "None")
        if spec["sessionAffinity"] == "ClientIP",
            spec[path: "sessionAffinityConfig", "clientIP", "timeoutSeconds"] == nil
        {
            spec[path: "sessionAffinityConfig", "clientIP", "timeoutSeconds"] = 10_800
        }
        spec.setDefault("internalTrafficPolicy", "Cluster")
        spec.mapItems("ports") { port in
            port.setDefault("protocol", "TCP")
            if port["targetPort"] == nil || port["targetPort"] == "" || port["targetPort"] == 0 {
                port["targetPort"] = port["port"]
            }
        }
        object.spec = spec
    }

    static func secret(_ object: inout KubernetesObject) {
        if object["type"]?.string?.isEmpty ?? true { object["type"] = "Opaque" }
        guard let texts = object["stringData"]?.object else { return }
        var data = object["data"]?.object ?? [:]
        for (key, value) in texts {
            data[key] = .string(Data((value.string ?? "").utf8).base64EncodedString())
        }
        object["data"] = .object(data)
        object["stringData"] = nil
    }

    static func claim(_ object: inout KubernetesObject) {
        if object["spec", "volumeMode"] == nil { object["spec", "volumeMode"] = "Filesystem" }
    }

    static func binding(_ object: inout KubernetesObject) {
        if object["roleRef", "apiGroup"]?.string?.isEmpty ?? true {
            object["roleRef", "apiGroup"] = "rbac.authorization.k8s.io"
        }
        object.json.mapItems("subjects") { subject in
            if subject["kind"] != "ServiceAccount" { subject.setDefault("apiGroup", "rbac.authorization.k8s.io") }
        }
    }

    static func endpointSlice(_ object: inout KubernetesObject) {
        object.json.mapItems("ports") { port in
            port.setDefault("name", "")
            port.setDefault("protocol", "TCP")
        }
    }

    static func namespace(_ object: inout KubernetesObject) {
        var labels = object.labels
        labels["kubernetes.io/metadata.name"] = object.name
        object.labels = labels
    }
}
