import Core
import Foundation

/// The service account that Kubernetes mounts into a pod.
enum InCluster {
    private static let folder = URL(filePath: "/var/run/secrets/kubernetes.io/serviceaccount")

    static func isPresent(environment: [String: String], folder: URL = folder) -> Bool {
        environment["KUBERNETES_SERVICE_HOST"] != nil
            && FileManager.default.fileExists(atPath: folder.appending(path: "token").path)
    }

    static func connection(environment: [String: String], folder: URL = folder) throws -> ClusterConnection {
        guard let host = environment["KUBERNETES_SERVICE_HOST"],
            let url = URL(
                string: "https://\(host.contains(":") ? "[\(host)]" : host):"
                    + (environment["KUBERNETES_SERVICE_PORT"] ?? "443")
            )
        else {
            throw SlipwayError(
                .invalidInput,
                "This is not a pod of a cluster",
                why: "KUBERNETES_SERVICE_HOST is not set",
                next: "Name a kubeconfig instead."
            )
        }
        let token = folder.appending(path: "token")
        guard FileManager.default.fileExists(atPath: token.path) else {
            throw SlipwayError(
                .invalidInput,
                "This pod has no service account token",
                why: "\(token.path) does not exist",
                next: "Set automountServiceAccountToken: true for this pod."
            )
        }
        let namespace = try? String(contentsOf: folder.appending(path: "namespace"), encoding: .utf8)
        return ClusterConnection(
            name: "in-cluster",
            server: url,
            tls: ClusterTLS(authorities: try? Data(contentsOf: folder.appending(path: "ca.crt"))),
            credentials: .tokenFile(token),
            namespace: namespace?.trimmingCharacters(in: .whitespacesAndNewlines) ?? "default"
        )
    }
}
