import Core
import Foundation

/// The file that tells `kubectl` where the local cluster is and who it is: `kubectl --kubeconfig FILE …`.
enum Kubeconfig {
    static let context = "slipway"

    /// The text of a kubeconfig for a server on a port of loopback.
    static func text(port: Int, authority: String, token: Secret) -> String {
        """
        apiVersion: v1
        kind: Config
        current-context: \(context)
        clusters:
        - name: \(context)
          cluster:
            server: https://127.0.0.1:\(port)
            certificate-authority-data: \(Data(authority.utf8).base64EncodedString())
        contexts:
        - name: \(context)
          context:
            cluster: \(context)
            user: \(context)
            namespace: default
        users:
        - name: \(context)
          user:
            token: \(token.reveal())

        """
    }
}
