import Foundation
import Testing

extension Project {
    /// Builds an image of the sample service into the project's image layout and gives its digest.
    ///
    /// The environment makes a version special: `FAULT_ERRORS=0.05`.
    @discardableResult
    func buildSample(tag: String, environment: [String] = []) async throws -> String {
        var arguments = [
            "image", "build", "--executable", Tools.sampleService, "--name", "localhost/sample", "--tag", tag,
            "--port", "8000", "--env", "APP_VERSION=\(tag)", "--print", "digest",
        ]
        for variable in environment { arguments += ["--env", variable] }
        let built = try await run(Tools.slipway, arguments)
        try #require(built.status == 0, "\(built.everything)")
        return built.output.trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// A Deployment and a Service of the sample, as a user would write them.
    static func sampleManifest(image: String, replicas: Int = 2) -> String {
        """
        apiVersion: apps/v1
        kind: Deployment
        metadata:
          name: sample
          labels: {app: sample}
        spec:
          replicas: \(replicas)
          progressDeadlineSeconds: 60
          selector:
            matchLabels: {app: sample}
          strategy:
            type: RollingUpdate
            rollingUpdate: {maxSurge: 1, maxUnavailable: 0}
          template:
            metadata:
              labels: {app: sample}
            spec:
              terminationGracePeriodSeconds: 10
              containers:
                - name: main
                  image: \(image)
                  ports:
                    - {name: http, containerPort: 8000}
                  readinessProbe:
                    httpGet: {path: /health/readiness, port: http}
                    periodSeconds: 1
                  livenessProbe:
                    httpGet: {path: /health/liveness, port: http}
                    periodSeconds: 2
        ---
        apiVersion: v1
        kind: Service
        metadata:
          name: sample
        spec:
          selector: {app: sample}
          ports:
            - {name: http, port: 80, targetPort: http}
        """
    }
}
