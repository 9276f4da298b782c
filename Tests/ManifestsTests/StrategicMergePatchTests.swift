import Core
import Kubernetes
import Manifests
import Testing

/// One patch of the table: kubectl and Slipway must make the same of it.
struct PatchCase: Sendable, CustomTestStringConvertible {
    let name: String
    let object: JSON
    let patch: JSON

    var testDescription: String { name }

    static let deployment: JSON = [
        "apiVersion": "apps/v1", "kind": "Deployment",
        "metadata": ["name": "api", "labels": ["app": "api"], "finalizers": ["a", "b"]],
        "spec": [
            "replicas": 2, "selector": ["matchLabels": ["app": "api"]],
            "strategy": ["type": "RollingUpdate", "rollingUpdate": ["maxSurge": 1]],
            "template": [
                "metadata": ["labels": ["app": "api"]],
                "spec": [
                    "containers": [
                        [
                            "name": "api-server", "image": "a:1", "args": ["x", "y"],
                            "env": [
                                ["name": "A", "value": "1"], ["name": "B", "value": "2"], ["name": "C", "value": "3"],
                            ],
                            "ports": [["containerPort": 8000, "name": "http"], ["containerPort": 9000]],
                            "volumeMounts": [["name": "data", "mountPath": "/data"]],
                        ],
                        ["name": "side", "image": "b:1"],
                    ],
                    "volumes": [["name": "data", "emptyDir": [:]], ["name": "tmp", "emptyDir": [:]]],
                    "tolerations": [["key": "a", "operator": "Exists"]],
                    "imagePullSecrets": [["name": "one"]],
                    "hostAliases": [["ip": "1.2.3.4", "hostnames": ["x"]]],
                    "nodeSelector": ["disk": "ssd"],
                ],
            ],
        ],
    ]

    static func pod(_ name: String, _ patch: JSON) -> PatchCase {
        PatchCase(name: name, object: deployment, patch: ["spec": ["template": ["spec": patch]]])
    }

    static func container(_ name: String, _ patch: [String: JSON]) -> PatchCase {
        pod(name, ["containers": [.object(patch.merging(["name": "api-server"]) { old, _ in old })]])
    }

    static let table: [PatchCase] = [
        container("image", ["image": "a:2"]),
        container("replaces plain lists", ["args": ["z"]]),
        container(
            "env is merged and new comes first",
            ["env": [["name": "B", "value": "9"], ["name": "D", "value": "4"]]]
        ),
        container(
            "env several new",
            ["env": [["name": "D", "value": "4"], ["name": "E", "value": "5"], ["name": "A", "value": "0"]]]
        ),
        container("env deleted", ["env": [["name": "B", "$patch": "delete"]]]),
        container("env replaced", ["env": [["name": "Z", "value": "9"], ["$patch": "replace"]]]),
        container(
            "env set order",
            ["$setElementOrder/env": [["name": "C"], ["name": "A"]], "env": [["name": "A", "value": "7"]]]
        ),
        container("env set order only", ["$setElementOrder/env": [["name": "C"], ["name": "B"], ["name": "A"]]]),
        container(
            "env as kubectl apply sends it",
            [
                "$setElementOrder/env": [["name": "A"], ["name": "N"]],
                "env": [["name": "N", "value": "n"], ["name": "B", "$patch": "delete"]],
            ]
        ),
        container("ports", ["ports": [["containerPort": 8000, "name": "web"], ["containerPort": 7000]]]),
        container("volume mounts", ["volumeMounts": [["mountPath": "/tmp", "name": "tmp"]]]),
        container("null of a member", ["env": nil, "image": "a:3"]),
        container("null of an absent member", ["command": nil, "resources": ["limits": ["cpu": "1", "memory": nil]]]),
        pod("adds a container", ["containers": [["name": "new", "image": "c:1"]]]),
        pod("deletes a container", ["containers": [["name": "side", "$patch": "delete"]]]),
        pod("replaces the pod spec", ["$patch": "replace", "containers": [["name": "only", "image": "c:1"]]]),
        pod("tolerations are atomic", ["tolerations": [["key": "b", "operator": "Exists"]]]),
        pod("pull secrets", ["imagePullSecrets": [["name": "two"]]]),
        pod(
            "host aliases",
            ["hostAliases": [["ip": "1.2.3.4", "hostnames": ["y"]], ["ip": "5.6.7.8", "hostnames": ["z"]]]]
        ),
        pod("node selector", ["nodeSelector": ["zone": "a", "disk": nil]]),
        pod(
            "volume retains keys",
            ["volumes": [["name": "tmp", "$retainKeys": ["name", "configMap"], "configMap": ["name": "c"]]]]
        ),
        pod("volume merges", ["volumes": [["name": "tmp", "emptyDir": ["medium": "Memory"]]]]),
        pod("init containers are new", ["initContainers": [["name": "init", "image": "i:1"]]]),
        PatchCase(
            name: "strategy retains keys",
            object: deployment,
            patch: ["spec": ["strategy": ["$retainKeys": ["type"], "type": "Recreate"]]]
        ),
        PatchCase(name: "map delete", object: deployment, patch: ["spec": ["strategy": ["$patch": "delete"]]]),
        PatchCase(name: "finalizers merge", object: deployment, patch: ["metadata": ["finalizers": ["c", "a"]]]),
        PatchCase(
            name: "finalizers deleted",
            object: deployment,
            patch: ["metadata": ["$deleteFromPrimitiveList/finalizers": ["a"], "$setElementOrder/finalizers": ["b"]]]
        ),
        PatchCase(name: "labels", object: deployment, patch: ["metadata": ["labels": ["x": "y", "app": nil]]]),
        PatchCase(
            name: "service ports",
            object: [
                "apiVersion": "v1", "kind": "Service", "metadata": ["name": "s"],
                "spec": ["ports": [["port": 80, "targetPort": "http"], ["port": 81]], "selector": ["app": "a"]],
            ],
            patch: ["spec": ["ports": [["port": 80, "targetPort": 8000], ["port": 82]], "selector": ["app": "b"]]]
        ),
        PatchCase(
            name: "owner references",
            object: [
                "apiVersion": "v1", "kind": "ConfigMap", "data": ["a": "b"],
                "metadata": [
                    "name": "c", "ownerReferences": [["uid": "1", "name": "x", "kind": "K", "apiVersion": "v1"]],
                ],
            ],
            patch: [
                "data": ["c": "d"],
                "metadata": ["ownerReferences": [["uid": "2", "name": "y", "kind": "K", "apiVersion": "v1"]]],
            ]
        ),
        PatchCase(
            name: "ingress rules are atomic",
            object: [
                "apiVersion": "networking.k8s.io/v1", "kind": "Ingress", "metadata": ["name": "i"],
                "spec": ["rules": [["host": "a"], ["host": "b"]]],
            ],
            patch: ["spec": ["rules": [["host": "a"]]]]
        ),
        PatchCase(
            name: "disruption budget selector is replaced",
            object: [
                "apiVersion": "policy/v1", "kind": "PodDisruptionBudget", "metadata": ["name": "p"],
                "spec": ["minAvailable": 1, "selector": ["matchLabels": ["a": "b"]]],
            ],
            patch: ["spec": ["selector": ["matchLabels": ["c": "d"]]]]
        ),
    ]
}

@Suite struct StrategicMergePatchTests {
    @Test(.enabled(if: Kubectl.isInstalled, .init(rawValue: Kubectl.absence)), arguments: PatchCase.table)
    func patchesAsKubectlDoes(example: PatchCase) async throws {
        let expected = try await Kubectl.patch(example.object, type: "strategic", patch: example.patch)
        let result = try StrategicMergePatch.apply(example.patch, to: KubernetesObject(example.object))
        #expect(result.json == expected, "\(result.json.text(pretty: true))")
    }

    @Test func newElementsComeFirstAndDeletedOnesGo() throws {
        let original: JSON = ["containers": [["name": "a", "image": "1"], ["name": "b", "image": "1"]]]
        let patch: JSON = ["containers": [["name": "c", "image": "2"], ["name": "b", "$patch": "delete"]]]
        let schema = MergeSchema.root(group: "", kind: "Pod").field("spec")
        let result = try StrategicMergePatch.apply(patch, to: original, schema: schema)
        #expect(result == ["containers": [["name": "c", "image": "2"], ["name": "a", "image": "1"]]])
    }

    @Test(
        arguments: [
            ["spec": ["$patch": "shrug"]], ["spec": ["template": ["spec": ["containers": [["image": "x"]]]]]],
            ["spec": ["template": ["spec": ["containers": [["name": "x", "$patch": "merge"]]]]]],
            ["spec": ["strategy": ["$retainKeys": ["type"], "rollingUpdate": [:]]]],
            ["metadata": ["$setElementOrder/finalizers": ["a"], "finalizers": ["b"]]], "text",
        ] as [JSON]
    )
    func refusesWhatItCannotMean(patch: JSON) {
        #expect(throws: PatchError.self) {
            try StrategicMergePatch.apply(patch, to: KubernetesObject(PatchCase.deployment))
        }
    }
}
