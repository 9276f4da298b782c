import Foundation

#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif
import Testing

/// A day with the local cluster and the stock `kubectl`, through the real binary, real containers and real load.
@Suite(.enabled(if: Tools.has("kubectl", "wrk"), "kubectl and wrk are needed"), .serialized, .timeLimit(.minutes(10)))
struct KubectlDayTests {
    @Test func deploysUpdatesUndoesScalesAndDeletesUnderLoad() async throws {
        try await Project.with { project in
            try await project.buildSample(tag: "v1")
            try await project.buildSample(tag: "v2")
            try project.write("sample.yaml", Project.sampleManifest(image: "localhost/sample:v1"))
            try project.write("kustomization.yaml", "namespace: team\nresources: [sample.yaml]\n")

            let up = try await project.slipway("cluster", "up")
            try #require(up.status == 0, "\(up.everything)")
            #expect(up.output.contains(project.kubeconfig))

            try await expect(project, ["create", "namespace", "team"], "namespace/team created")
            try await expect(project, ["apply", "-k", "."], "deployment.apps/sample created")
            try await expect(
                project,
                ["-n", "team", "rollout", "status", "deployment/sample", "--timeout=60s"],
                "successfully rolled out"
            )
            let pods = try await expect(
                project,
                ["-n", "team", "get", "pods,deployments,replicasets,services,events"],
                "deployment.apps/sample"
            )
            #expect(pods.components(separatedBy: "1/1     Running").count == 3, "\(pods)")
            try await expect(project, ["-n", "team", "describe", "pod", "-l", "app=sample"], "Readiness:")
            try await expect(
                project,
                ["-n", "team", "logs", "-l", "app=sample", "--tail", "5"],
                "version v1 listens on"
            )
            let address = try await expect(
                project,
                ["-n", "team", "get", "service", "sample", "-o", "jsonpath={.spec.clusterIP}"],
                "127."
            )
            let url = "http://\(address)/"
            #expect(try await body(of: url) == "version v1\n")

            // Two updates and an undo under load: not one request fails.
            async let load = project.run(Tools.path(of: "wrk") ?? "wrk", ["-t", "1", "-c", "8", "-d", "20s", url])
            try await expect(
                project,
                ["-n", "team", "set", "image", "deployment/sample", "main=localhost/sample:v2"],
                "image updated"
            )
            try await expect(
                project,
                ["-n", "team", "rollout", "status", "deployment/sample", "--timeout=60s"],
                "successfully rolled out"
            )
            #expect(try await body(of: url) == "version v2\n")
            try await expect(project, ["-n", "team", "rollout", "undo", "deployment/sample"], "rolled back")
            try await expect(
                project,
                ["-n", "team", "rollout", "status", "deployment/sample", "--timeout=60s"],
                "successfully rolled out"
            )
            let loaded = try await load
            #expect(loaded.status == 0, "\(loaded.everything)")
            #expect(loaded.output.contains("requests in"), "\(loaded.output)")
            #expect(!loaded.output.contains("Socket errors"), "\(loaded.output)")
            #expect(!loaded.output.contains("Non-2xx"), "\(loaded.output)")
            #expect(try await body(of: url) == "version v1\n")

            let history = try await expect(
                project,
                ["-n", "team", "rollout", "history", "deployment/sample"],
                "REVISION"
            )
            #expect(history.contains("\n2 ") && history.contains("\n3 "), "\(history)")
            try await expect(
                project,
                ["-n", "team", "rollout", "undo", "deployment/sample", "--to-revision=2"],
                "rolled back"
            )
            try await expect(
                project,
                ["-n", "team", "rollout", "status", "deployment/sample", "--timeout=60s"],
                "successfully rolled out"
            )
            #expect(try await body(of: url) == "version v2\n")

            try await expect(project, ["-n", "team", "scale", "deployment/sample", "--replicas=3"], "scaled")
            try await expect(
                project,
                [
                    "-n", "team", "wait", "--for=jsonpath={.status.readyReplicas}=3", "deployment/sample",
                    "--timeout=60s",
                ],
                "condition met"
            )
            try await expect(project, ["-n", "team", "delete", "deployment/sample", "--wait=true"], "deleted")
            try await expect(
                project,
                ["-n", "team", "wait", "--for=delete", "pod", "-l", "app=sample", "--timeout=60s"],
                ""
            )

            let again = try await project.slipway("cluster", "up")
            #expect(again.output.contains("already"), "\(again.everything)")
        }
    }

    @Test func objectsAndPodsSurviveARestartOfTheServer() async throws {
        try await Project.with { project in
            try await project.buildSample(tag: "v1")
            try project.write("sample.yaml", Project.sampleManifest(image: "localhost/sample:v1", replicas: 1))
            _ = try await project.slipway("cluster", "up")
            try await expect(project, ["apply", "-f", "sample.yaml"], "deployment.apps/sample created")
            try await expect(
                project,
                ["rollout", "status", "deployment/sample", "--timeout=60s"],
                "successfully rolled out"
            )
            let before = try await expect(
                project,
                [
                    "get", "pods", "-o",
                    "jsonpath={.items[*].metadata.uid} {.items[*].status.containerStatuses[0].restartCount}",
                ],
                " 0"
            )

            // The server is killed as the kernel would; its pods go on.
            let record = try Data(contentsOf: project.cluster.appending(path: "server.json"))
            let server = try #require(try JSONSerialization.jsonObject(with: record) as? [String: Any])
            let process = try #require(server["process"] as? [String: Any])
            let pid = try #require(process["pid"] as? Int)
            kill(pid_t(pid), SIGKILL)
            let up = try await project.slipway("cluster", "up")
            try #require(up.status == 0, "\(up.everything)")
            let after = try await expect(
                project,
                [
                    "get", "pods", "-o",
                    "jsonpath={.items[*].metadata.uid} {.items[*].status.containerStatuses[0].restartCount}",
                ],
                " 0"
            )
            #expect(before == after)
            try await expect(
                project,
                ["wait", "--for=condition=Available", "deployment/sample", "--timeout=30s"],
                "condition met"
            )
        }
    }

    /// Runs kubectl, expects it to succeed and to say something, and gives what it printed.
    @discardableResult
    private func expect(
        _ project: Project,
        _ arguments: [String],
        _ text: String,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws -> String {
        let kubectl = Tools.path(of: "kubectl") ?? "kubectl"
        let outcome = try await project.run(kubectl, ["--kubeconfig", project.kubeconfig] + arguments)
        try #require(outcome.status == 0, "kubectl \(arguments): \(outcome.everything)", sourceLocation: sourceLocation)
        #expect(
            text.isEmpty || outcome.output.contains(text),
            "kubectl \(arguments): \(outcome.everything)",
            sourceLocation: sourceLocation
        )
        return outcome.output
    }

    private func body(of url: String) async throws -> String {
        let address = try #require(URL(string: url))
        let (data, _) = try await URLSession.shared.data(from: address)
        return String(decoding: data, as: UTF8.self)
    }
}
