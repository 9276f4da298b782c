import Core
import NIOCore
import NIOHTTP1

/// A client of the Kubernetes API.
///
/// Every call ends within a time limit, can be cancelled, and throws `KubernetesStatusError` where the API refuses,
/// `ClusterError` where the cluster cannot be asked, and `SlipwayError` where there are no usable credentials.
package final class KubernetesClient: Sendable {
    package struct Options: Sendable {
        /// For ordinary calls, retries included.
        package var timeout: Duration = .seconds(30)
        package var connectTimeout: Duration = .seconds(10)
        /// How long a cluster that cannot be reached is asked again before a call gives up.
        package var outagePatience: Duration = .seconds(10)
        /// How many objects a list asks for at once.
        package var pageSize = 500
        /// How long the server is to keep a watch open before we ask anew.
        package var watchDuration: Duration = .seconds(60)
        /// The manager that owns what we write.
        package var fieldManager = "slipway"

        package init() {}
    }

    let transport: Transport
    package let options: Options
    let discovery = DiscoveryCache()
    let clock: any Clock<Duration>

    /// The caller ends it with `shutdown()`; `with(_:_:)` does so by itself.
    package init(
        _ connection: ClusterConnection,
        options: Options = Options(),
        clock: any Clock<Duration> = ContinuousClock()
    ) throws {
        self.options = options
        self.clock = clock
        transport = try Transport(
            connection,
            connectTimeout: options.connectTimeout,
            watchSilence: options.watchDuration + .seconds(10),
            outagePatience: options.outagePatience,
            clock: clock
        )
    }

    package func shutdown() async throws { try await transport.shutdown() }

    /// Runs `body` with a client that ends with it.
    package static func with<Result>(
        _ connection: ClusterConnection,
        options: Options = Options(),
        _ body: (KubernetesClient) async throws -> Result
    ) async throws -> Result {
        let client = try KubernetesClient(connection, options: options)
        let result: Result
        do {
            result = try await body(client)
        } catch {
            try? await client.shutdown()
            throw error
        }
        try await client.shutdown()
        return result
    }

    /// How messages name the cluster.
    package var clusterName: String { transport.connection.name }
    /// The namespace of the kubeconfig's context.
    package var defaultNamespace: String { transport.connection.namespace }

    func request(_ method: HTTPMethod, _ target: Target, _ verb: String) -> APIRequest {
        APIRequest(method, path: target.path, action: "\(verb) \(target.words)", timeout: options.timeout)
    }

    /// What a request is about.
    struct Target: Sendable {
        let type: ResourceType
        let namespace: String?
        var name: String?
        var subresource: String?

        var path: String { type.path(namespace: namespace, name: name, subresource: subresource) }

        var words: String {
            let place = type.isNamespaced ? (namespace.map { " in \($0)" } ?? " in all namespaces") : ""
            let part = subresource.map { "/\($0)" } ?? ""
            return "\(type.qualifiedName)\(part)" + (name.map { " \"\($0)\"" } ?? "") + place
        }
    }

    /// Answers leave out type and version inside of lists.
    func object(_ json: JSON, _ type: ResourceType) -> KubernetesObject {
        var object = KubernetesObject(json)
        if object.kind.isEmpty { object.kind = type.kind }
        if object.apiVersion.isEmpty { object.apiVersion = type.apiVersion }
        return object
    }
}
