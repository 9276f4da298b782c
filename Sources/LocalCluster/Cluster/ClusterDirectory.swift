import Core
import Foundation

/// The folder of a local cluster, and what is where in it.
package struct ClusterDirectory: Sendable, Hashable {
    package let url: URL

    package init(_ url: URL) { self.url = url.standardizedFileURL }

    /// For `kubectl --kubeconfig` and for Slipway's own client.
    package var kubeconfig: URL { url.appending(path: "kubeconfig") }
    /// What the server prints.
    package var log: URL { url.appending(path: "server.log") }
    /// All objects of the cluster.
    var objects: URL { url.appending(path: "objects.sqlite") }
    /// The server that runs, as it describes itself once it is ready.
    var record: URL { url.appending(path: "server.json") }
    /// Held by the server as long as it runs.
    var serverLock: URL { url.appending(path: "server.lock") }
    /// Held by who starts or stops the server.
    var controlLock: URL { url.appending(path: "control.lock") }
    /// The port of the last start, so that a kubeconfig stays valid.
    var port: URL { url.appending(path: "port") }
    /// What clients must show.
    var token: URL { url.appending(path: "token") }
}
