import Core
import Foundation
import Kubernetes
import Testing

@testable import LocalCluster

@Suite("API: the stock kubectl", .enabled(if: TestServer.hasKubectl, "kubectl is not installed"))
struct KubectlTests {
    static let manifest = """
        apiVersion: apps/v1
        kind: Deployment
        metadata:
          name: episodic-memory-api
          labels: {app: episodic-memory-api}
        spec:
          replicas: 2
          progressDeadlineSeconds: 20
          selector: {matchLabels: {app: episodic-memory-api}}
          strategy:
            type: RollingUpdate
            rollingUpdate: {maxSurge: 1, maxUnavailable: 0}
          template:
            metadata: {labels: {app: episodic-memory-api}}
            spec:
              containers:
              - name: api-server
                image: localhost/episodic-memory:v1
                imagePullPolicy: Never
                ports: [{name: http, containerPort: 8000}]
                readinessProbe: {httpGet: {path: /health/readiness, port: http}, periodSeconds: 1}
        ---
        apiVersion: v1
        kind: Service
        metadata: {name: episodic-memory-api}
        spec:
          selector: {app: episodic-memory-api}
          ports: [{name: http, port: 80, targetPort: http}]
        """

    @Test("apply creates, then changes nothing, then changes what changed")
    func apply() async throws {
        try await TestServer.run { server in
            let first = try await server.kubectl("apply", "-f", "-", input: Self.manifest)
            #expect(first.errors == "")
            #expect(
                first.output
                    == "deployment.apps/episodic-memory-api created\nservice/episodic-memory-api created\n"
            )
            let again = try await server.kubectl("apply", "-f", "-", input: Self.manifest)
            #expect(
                again.all
                    == "deployment.apps/episodic-memory-api unchanged\nservice/episodic-memory-api unchanged\n"
            )
            let changed = Self.manifest.replacing("episodic-memory:v1", with: "episodic-memory:v2")
            let third = try await server.kubectl("apply", "-f", "-", input: changed)
            #expect(
                third.all
                    == "deployment.apps/episodic-memory-api configured\nservice/episodic-memory-api unchanged\n"
            )
            let image = try await server.kubectl(
                "get",
                "deployment",
                "episodic-memory-api",
                "-o",
                "jsonpath={.spec.template.spec.containers[0].image}"
            )
            #expect(image.output == "localhost/episodic-memory:v2")
        }
    }

    @Test("an unknown field is refused, naming it")
    func validation() async throws {
        try await TestServer.run { server in
            let wrong = Self.manifest.replacing("replicas: 2", with: "replica: 2")
            let result = try await server.kubectl("apply", "-f", "-", input: wrong)
            #expect(result.code != 0)
            #expect(result.errors.contains("strict decoding error: unknown field \"spec.replica\""))
        }
    }

    @Test("server-side apply creates, is idempotent and reports conflicts")
    func serverSideApply() async throws {
        try await TestServer.run { server in
            let apply = ["apply", "--server-side", "-f", "-"]
            let first = try await server.kubectl(apply, input: Self.manifest)
            #expect(first.output.contains("deployment.apps/episodic-memory-api serverside-applied"))
            let version = await server.store.resourceVersion
            _ = try await server.kubectl(apply, input: Self.manifest)
            #expect(await server.store.resourceVersion == version)
            let other = try await server.kubectl(
                apply + ["--field-manager=other"],
                input: Self.manifest.replacing("replicas: 2", with: "replicas: 5")
            )
            #expect(other.code != 0)
            #expect(other.errors.contains("Apply failed with 1 conflict: conflict with \"kubectl\": .spec.replicas"))
            let forced = try await server.kubectl(
                apply + ["--field-manager=other", "--force-conflicts"],
                input: Self.manifest.replacing("replicas: 2", with: "replicas: 5")
            )
            #expect(forced.code == 0)
        }
    }

    @Test("get prints the columns of Kubernetes")
    func tables() async throws {
        try await TestServer.run { server in
            _ = try await server.kubectl("apply", "-f", "-", input: Self.manifest)
            let deployments = try await server.kubectl("get", "deployments")
            #expect(
                deployments.output.hasPrefix("NAME                  READY   UP-TO-DATE   AVAILABLE   AGE\n")
            )
            let wide = try await server.kubectl("get", "deployments", "-o", "wide")
            #expect(wide.output.contains("CONTAINERS   IMAGES                         SELECTOR"))
            let services = try await server.kubectl("get", "svc")
            #expect(services.output.contains("TYPE        CLUSTER-IP"))
            #expect(services.output.contains("80/TCP"))
            for kind in [
                "pods", "rs", "events", "cm", "secrets", "sa", "nodes", "ns", "pvc", "pv", "quota", "leases",
                "endpointslices", "ingress", "pdb", "roles", "rolebindings", "clusterroles", "clusterrolebindings",
            ] {
                let result = try await server.kubectl("get", kind, "-A")
                #expect(result.code == 0, "\(kind): \(result.errors)")
            }
            #expect(try await server.kubectl("get", "all").output.contains("deployment.apps/episodic-memory-api"))
        }
    }

    @Test("set image, scale, label, annotate, patch, edit the live object")
    func changes() async throws {
        try await TestServer.run { server in
            _ = try await server.kubectl("apply", "-f", "-", input: Self.manifest)
            let name = "deployment/episodic-memory-api"
            let image = try await server.kubectl("set", "image", name, "api-server=localhost/episodic-memory:v2")
            #expect(image.output == "deployment.apps/episodic-memory-api image updated\n")
            let scaled = try await server.kubectl("scale", name, "--replicas=4")
            #expect(scaled.output == "deployment.apps/episodic-memory-api scaled\n")
            #expect(try await server.kubectl("label", name, "team=memory").output.contains("labeled"))
            #expect(try await server.kubectl("annotate", name, "note=x").output.contains("annotated"))
            let patched = try await server.kubectl(
                "patch",
                name,
                "--type=json",
                "-p",
                #"[{"op":"replace","path":"/spec/minReadySeconds","value":3}]"#
            )
            #expect(patched.code != 0)  // The path does not exist yet: nothing to replace.
            let added = try await server.kubectl(
                "patch",
                name,
                "--type=json",
                "-p",
                #"[{"op":"add","path":"/spec/minReadySeconds","value":3}]"#
            )
            #expect(added.output.contains("patched"))
            let env = try await server.kubectl("set", "env", name, "LEVEL=debug")
            #expect(env.output.contains("env updated"))
            let stored = try #require(
                await server.store.get(.deployment, namespace: "default", name: "episodic-memory-api")
            )
            #expect(stored["spec", "replicas"] == 4)
            #expect(stored["spec", "minReadySeconds"] == 3)
            #expect(stored.labels == ["app": "episodic-memory-api", "team": "memory"])
            let container = stored["spec", "template", "spec", "containers"]?[0]
            #expect(container?["image"] == "localhost/episodic-memory:v2")
            #expect(container?["env"] == [["name": "LEVEL", "value": "debug"]])
            #expect(container?["ports"]?[0]?["containerPort"] == 8000)
        }
    }

    @Test("describe, delete and wait")
    func describeAndDelete() async throws {
        try await TestServer.run { server in
            _ = try await server.kubectl("apply", "-f", "-", input: Self.manifest)
            let description = try await server.kubectl("describe", "deployment", "episodic-memory-api")
            #expect(description.output.contains("Readiness:     http-get http://:http/health/readiness"))
            #expect(description.output.contains("RollingUpdateStrategy:  0 max unavailable, 1 max surge"))
            let service = try await server.kubectl("describe", "service", "episodic-memory-api")
            #expect(service.code == 0, "\(service.errors)")
            #expect(service.output.contains("TargetPort:               http/TCP"))
            let deleted = try await server.kubectl("delete", "deployment", "episodic-memory-api", "--timeout=10s")
            #expect(deleted.output == "deployment.apps \"episodic-memory-api\" deleted\n")
            let missing = try await server.kubectl("get", "deployment", "episodic-memory-api")
            #expect(
                missing.errors
                    == "Error from server (NotFound): deployments.apps \"episodic-memory-api\" not found\n"
            )
        }
    }

    @Test("namespaces, config maps, secrets and quotas are created by their commands")
    func create() async throws {
        try await TestServer.run { server in
            #expect(try await server.kubectl("create", "namespace", "team").output == "namespace/team created\n")
            for command in [
                ["create", "configmap", "c", "--from-literal=a=1"],
                ["create", "secret", "generic", "s", "--from-literal=password=hunter2"],
                ["create", "quota", "q", "--hard=pods=3"], ["create", "serviceaccount", "robot"],
                ["create", "role", "reader", "--verb=get", "--resource=pods"],
                ["create", "rolebinding", "readers", "--role=reader", "--serviceaccount=team:robot"],
                ["create", "deployment", "d", "--image=localhost/x:v1", "--port=80"],
                ["expose", "deployment", "d", "--port=80"],
                ["create", "ingress", "i", "--rule=example.com/*=d:80"],
                ["create", "poddisruptionbudget", "p", "--selector=app=d", "--min-available=1"],
            ] {
                let result = try await server.kubectl(command + ["-n", "team"])
                #expect(result.code == 0, "\(command): \(result.errors)")
            }
            let secret = try await server.kubectl("get", "secret", "s", "-n", "team", "-o", "jsonpath={.data.password}")
            #expect(secret.output == "aHVudGVyMg==")
            #expect(try await server.kubectl("auth", "can-i", "delete", "pods").output == "yes\n")
            #expect(try await server.kubectl("api-resources").output.contains("deployments"))
            #expect(try await server.kubectl("version").output.contains("Server Version: v1."))
            #expect(try await server.kubectl("explain", "deployment.spec.replicas").output.contains("integer"))
        }
    }

    @Test("logs: tail, container, follow until the client leaves, and the errors of Kubernetes")
    func logs() async throws {
        try await TestServer.run { server in
            var pod = StoreFixtures.pod("p", node: "n")
            pod["spec", "containers"] = [["name": "a", "image": "i:1"], ["name": "b", "image": "i:1"]]
            _ = try await server.store.create(pod)
            server.pods.write(["one", "two", "three"], pod: "p", container: "a")
            #expect(try await server.kubectl("logs", "p", "-c", "a").output == "one\ntwo\nthree\n")
            #expect(try await server.kubectl("logs", "p", "-c", "a", "--tail=1").output == "three\n")
            #expect(try await server.kubectl("logs", "p", "-c", "a", "--limit-bytes=5").output == "one\nt")
            let wrong = try await server.request("GET", "/api/v1/namespaces/default/pods/p/log?container=zzz")
            #expect(wrong.status == 400)
            #expect(wrong.json["message"] == "container zzz is not valid for pod p")
            let ambiguous = try await server.request("GET", "/api/v1/namespaces/default/pods/p/log")
            #expect(
                ambiguous.json["message"] == "a container name must be specified for pod p, choose one of: [a b]"
            )
            let waiting = try await server.kubectl("logs", "p", "-c", "b")
            #expect(waiting.errors.contains("container \"b\" in pod \"p\" is waiting to start: ContainerCreating"))
            _ = try await server.request(
                "GET",
                "/api/v1/namespaces/default/pods/p/log?container=a&previous=true&timestamps=1&sinceSeconds=60"
            )
            let last = try #require(server.pods.requests.last)
            #expect(last.previous)
            #expect(last.timestamps)
            #expect(last.since == server.clock.now().addingTimeInterval(-60))
        }
    }

    @Test("a watch prints changes as they happen")
    func watch() async throws {
        try await TestServer.run { server in
            _ = try await server.store.create(StoreFixtures.pod("p", node: "n"))
            async let output = server.kubectl(
                "get",
                "pods",
                "-w",
                "--request-timeout=3s",
                "--output-watch-events"
            )
            // The watch has begun once the store has a watcher.
            while server.store.hub.count == 0 { try await Task.sleep(for: .milliseconds(10)) }
            _ = try await server.store.modify(.pod, namespace: "default", name: "p", subresource: .status) {
                $0["status", "phase"] = "Running"
            }
            let text = try await output.output
            #expect(text.contains("ADDED"))
            #expect(text.contains("MODIFIED   p      0/1     Running"))
        }
    }
}
