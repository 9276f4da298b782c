import Core

/// The cluster could not be asked, or its answer could not be used. What it answers itself is `KubernetesStatusError`.
package struct ClusterError: Error, Sendable, CustomStringConvertible {
    package enum Kind: Sendable, Hashable {
        /// No connection: refused, no such host, no route, cut off.
        case unreachable
        /// No whole answer within the call's time.
        case timedOut
        /// The server's or our certificate was not accepted.
        case tls
        /// The answer is larger than the call allows.
        case tooLarge
        /// The answer is not what the Kubernetes API says.
        case malformed
    }

    package let kind: Kind
    package let cluster: String
    /// What was being done: `list pods in episodic-memory-staging`.
    package let action: String
    package let why: String

    init(_ kind: Kind, cluster: String, action: String, why: String) {
        self.kind = kind
        self.cluster = cluster
        self.action = action
        self.why = why
    }

    private var next: String {
        switch kind {
        case .unreachable:
            "Is the cluster up, and is its address in the kubeconfig right? Try: kubectl --context \(cluster) version"
        case .timedOut: "Try again; if it stays slow, look at the API server's health (/readyz)."
        case .tls: "Compare certificate-authority and client-certificate of the kubeconfig with the cluster's."
        case .tooLarge: "Ask for less: a selector, fewer log lines."
        case .malformed: "Does the kubeconfig's server really lead to a Kubernetes API?"
        }
    }

    package var slipwayError: SlipwayError {
        SlipwayError(.external, "Cannot \(action) on the cluster \"\(cluster)\"", why: why, next: next)
    }

    package var description: String { slipwayError.description }
}

extension KubernetesStatusError {
    /// The API's refusal as an error of the command line: what was being done on which cluster, why not, what next.
    ///
    /// `action` and `cluster` are for refusals that do not know it themselves.
    package func slipwayError(doing action: String, cluster: String) -> SlipwayError {
        let code: ExitCode = code == 422 || code == 400 ? .invalidInput : .external
        let action = context?.action ?? action
        let cluster = context?.cluster ?? cluster
        return SlipwayError(code, "Cannot \(action) on the cluster \"\(cluster)\"", why: description, next: next)
    }

    private var next: String? {
        switch (self.code, reason) {
        case (401, _): "The credentials were not accepted: are they expired? Get a new kubeconfig or token."
        case (403, _): "Ask for the rights: k8s/ holds a deployer Role with the least that a release needs."
        case (404, _): "Check the name and the namespace."
        case (409, .alreadyExists): nil
        case (409, _): "Somebody else changed it meanwhile: look at it, then try again."
        case (429, _), (503, _): "The API server is overloaded or starting: try again."
        default: nil
        }
    }
}
