import Core
import HTTPTypes
import Hummingbird
import Kubernetes

/// Lets in whoever has the token of the kubeconfig.
struct BearerAuthentication: Sendable {
    let token: Secret

    /// - Throws: `KubernetesStatusError` 401.
    func check(_ request: Request) throws(KubernetesStatusError) {
        let header = request.headers[.authorization] ?? ""
        guard header.prefix(7).lowercased() == "bearer ",
            Self.isEqual(Array(header.dropFirst(7).utf8), Array(token.reveal().utf8))
        else { throw .unauthorized }
    }

    /// Compares in a time that does not depend on where the difference is.
    private static func isEqual(_ left: [UInt8], _ right: [UInt8]) -> Bool {
        guard left.count == right.count, !right.isEmpty else { return false }
        return zip(left, right).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
    }
}
