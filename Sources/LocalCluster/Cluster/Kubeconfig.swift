import Core
import Foundation

/// The file that tells `kubectl` where the local cluster is and who it is: `kubectl --kubeconfig FILE …`.
enum Kubeconfig {
    static let context = "slipway"

    /// Whether a file already leads to this server: then it is left alone, with the namespace the user chose in it.
    static func isCurrent(_ url: URL, port: Int, authority: String, token: Secret) -> Bool {
        guard let text = try? String(contentsOf: url, encoding: .utf8) else { return false }
        let values = [
            "https://127.0.0.1:\(port)\n", Data(authority.utf8).base64EncodedString(), token.reveal(),
            "current-context: \(context)\n",
        ]
        return values.allSatisfy(text.contains)
    }

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
