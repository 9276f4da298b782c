import Core
import Foundation

/// All that is needed to talk to one cluster, in memory: nothing of it is ever written anywhere.
package struct ClusterConnection: Sendable {
    /// How to name the cluster in messages: the context of the kubeconfig, or `in-cluster`.
    package var name: String
    /// `https://host:port`, perhaps with a path in front of the API's.
    package var server: URL
    package var tls: ClusterTLS
    package var credentials: ClusterCredentials
    /// What the context says, else `default`.
    package var namespace: String
    package var proxy: URL?
    package var impersonation: Impersonation?

    package init(
        name: String,
        server: URL,
        tls: ClusterTLS = ClusterTLS(),
        credentials: ClusterCredentials = .none,
        namespace: String = "default",
        proxy: URL? = nil,
        impersonation: Impersonation? = nil
    ) {
        self.name = name
        self.server = server
        self.tls = tls
        self.credentials = credentials
        self.namespace = namespace
        self.proxy = proxy
        self.impersonation = impersonation
    }
}

/// How the server proves who it is.
package struct ClusterTLS: Sendable {
    /// The PEM text of the authorities to trust; nil for those of the system.
    package var authorities: Data?
    /// The name to expect in the certificate where it is not the URL's host.
    package var serverName: String?
    /// Trusts anybody. Only what the kubeconfig says explicitly.
    package var skipsVerification: Bool

    package init(authorities: Data? = nil, serverName: String? = nil, skipsVerification: Bool = false) {
        self.authorities = authorities
        self.serverName = serverName
        self.skipsVerification = skipsVerification
    }
}

/// How we prove who we are.
package enum ClusterCredentials: Sendable {
    case none
    case token(Secret)
    /// A file whose token is replaced now and then; read again every minute.
    case tokenFile(URL)
    case clientCertificate(ClientCertificate)
    /// A program that prints credentials (`client.authentication.k8s.io`).
    case exec(ExecPlugin)
}

/// A certificate chain and its key, as PEM.
package struct ClientCertificate: Sendable {
    package let chain: Data
    package let key: Secret

    package init(chain: Data, key: Secret) {
        self.chain = chain
        self.key = key
    }
}

/// Acts as another user, where the cluster allows that.
package struct Impersonation: Sendable, Hashable {
    package var user: String
    package var uid: String?
    package var groups: [String] = []
    package var extra: [String: [String]] = [:]

    var headers: [(String, String)] {
        var headers = [("Impersonate-User", user)]
        if let uid { headers.append(("Impersonate-Uid", uid)) }
        headers += groups.map { ("Impersonate-Group", $0) }
        for (key, values) in extra.sorted(by: { $0.key < $1.key }) {
            headers += values.map { ("Impersonate-Extra-\(URLEncoding.segment(key))", $0) }
        }
        return headers
    }
}
