import Core
import Foundation
import Images
import Kubernetes
import Testing

@testable import LocalCluster

/// The commands of a rollout with the stock `kubectl`, against a whole cluster with real pods.
@Suite(
    "Cluster: rollouts with kubectl",
    .enabled(if: ClusterProcess.isBuilt && PodTestRequirements.hasProducts, "slipway is not built"),
    .enabled(if: TestServer.hasKubectl, "kubectl is not installed"),
    .enabled(if: PodTestRequirements.containers, PodTestRequirements.reason)
)
struct KubectlRolloutTests {
    private static let manifest = """
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: sample, labels: {app: sample}}
        spec:
          replicas: 2
          progressDeadlineSeconds: 20
          selector: {matchLabels: {app: sample}}
          strategy: {type: RollingUpdate, rollingUpdate: {maxSurge: 1, maxUnavailable: 0}}
          template:
            metadata: {labels: {app: sample}}
            spec:
              containers:
              - name: api-server
                image: localhost/sample:v1
                imagePullPolicy: Never
                command: [/app/sample]
                ports: [{name: http, containerPort: 8000}]
                readinessProbe: {httpGet: {path: /health/readiness, port: http}, periodSeconds: 1}
        ---
        apiVersion: v1
        kind: Service
        metadata: {name: sample}
        spec: {selector: {app: sample}, ports: [{name: http, port: 80, targetPort: http}]}
        """

    /// The headings of the first line that `kubectl` printed in a recording.
    private func headings(_ recording: String) -> [Substring]? {
        let url = Recordings.directory.appending(path: "kubectl/\(recording).txt")
        guard let text = try? String(contentsOf: url, encoding: .utf8) else { return nil }
        return text.split(separator: "\n").dropFirst().first?.split(separator: " ")
    }

    private func expectHeadings(_ output: String, _ recording: String) {
        guard let expected = headings(recording) else { return }
        #expect(output.split(separator: "\n").first?.split(separator: " ") == expected)
    }

    @Test("apply, status, history, set image, undo, scale, logs, describe, proxy, delete")
    func rollout() async throws {
        let layout = try await TestImages.shared.layout()
        try await ClusterProcess.run { cluster in
            try FileManager.default.createSymbolicLink(
                at: cluster.state.appending(path: "images"),
                withDestinationURL: layout
            )
            #expect(try await cluster.slipway("up").code == 0)
            let applied = try await cluster.kubectl("apply", "-f", "-", input: Self.manifest)
            #expect(applied.output == "deployment.apps/sample created\nservice/sample created\n", "\(applied.errors)")
            let done = "deployment \"sample\" successfully rolled out\n"
            let status = try await cluster.kubectl("rollout", "status", "deployment/sample", "--timeout=60s")
            #expect(status.output.hasSuffix(done), "\(status.all)")

            expectHeadings(try await cluster.kubectl("get", "pods").output, "get_pods")
            expectHeadings(try await cluster.kubectl("get", "pods", "-o", "wide").output, "get_pods_-o_wide")
            expectHeadings(try await cluster.kubectl("get", "deployments").output, "get_deployments")
            expectHeadings(try await cluster.kubectl("get", "rs").output, "get_rs")
            expectHeadings(try await cluster.kubectl("get", "svc").output, "get_svc")
            expectHeadings(
                try await cluster.kubectl("get", "events", "--sort-by=.lastTimestamp").output,
                "get_events_--sort-by=.last_imestamp"
            )

            let environment = try await cluster.kubectl("set", "env", "deployment/sample", "COLOUR=green")
            #expect(environment.output == "deployment.apps/sample env updated\n")
            #expect(
                try await cluster.kubectl("rollout", "status", "deployment/sample", "--timeout=60s").output
                    .hasSuffix(done)
            )
            let history = try await cluster.kubectl("rollout", "history", "deployment/sample")
            #expect(
                history.output
                    == "deployment.apps/sample \nREVISION  CHANGE-CAUSE\n1         <none>\n2         <none>\n\n"
            )
            let undo = try await cluster.kubectl("rollout", "undo", "deployment/sample", "--to-revision=1")
            #expect(undo.output == "deployment.apps/sample rolled back\n")
            #expect(
                try await cluster.kubectl("rollout", "status", "deployment/sample", "--timeout=60s").output
                    .hasSuffix(done)
            )
            #expect(
                try await cluster.kubectl("rollout", "history", "deployment/sample").output.contains("3         <none>")
            )
            let scaled = try await cluster.kubectl("scale", "deployment/sample", "--replicas=1")
            #expect(scaled.output == "deployment.apps/sample scaled\n")
            let waited = try await cluster.kubectl(
                "wait",
                "--for=jsonpath={.status.replicas}=1",
                "deployment/sample",
                "--timeout=60s"
            )
            #expect(waited.code == 0, "\(waited.errors)")

            let logs = try await cluster.kubectl("logs", "deployment/sample", "--tail=100")
            #expect(logs.output.contains("listens on"), "\(logs.all)")
            let described = try await cluster.kubectl("describe", "pod", "-l", "app=sample")
            #expect(described.output.contains("Controlled By:  ReplicaSet/sample-"))
            let raw = try await cluster.kubectl(
                "get",
                "--raw",
                "/api/v1/namespaces/default/services/sample:http/proxy/health"
            )
            #expect(raw.output.contains("ok"), "\(raw.all)")
            let service = try await cluster.slipway("status")
            #expect(service.output.contains("sample"))

            let deleted = try await cluster.kubectl("delete", "deployment", "sample", "--timeout=60s")
            #expect(deleted.output == "deployment.apps \"sample\" deleted\n")
            let gone = try await cluster.kubectl("wait", "--for=delete", "pod", "-l", "app=sample", "--timeout=60s")
            #expect(gone.code == 0, "\(gone.errors)")
        }
    }
}
