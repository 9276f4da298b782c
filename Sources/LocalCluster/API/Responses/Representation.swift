import Kubernetes

/// The form in which a client wants an answer, from its `Accept` header.
struct Representation: Sendable, Hashable {
    enum Form: Sendable, Hashable {
        case object
        /// Rows and columns, as `kubectl get` shows them (`meta.k8s.io/v1` or `v1beta1`).
        case table(version: String)
        /// Only the metadata, also of lists.
        case metadata
        /// The whole API in one answer (`apidiscovery.k8s.io`).
        case discovery(version: String)
    }

    var form: Form
    var isYAML = false

    /// Takes the first form of the header that is served.
    ///
    /// - Throws: `KubernetesStatusError` 406 when none is.
    init(accept: String?) throws(KubernetesStatusError) {
        let header = accept.flatMap { $0.isEmpty ? nil : $0 } ?? "*/*"
        for candidate in header.split(separator: ",") {
            let parts = candidate.split(separator: ";").map { $0.drop { $0 == " " } }
            var parameters: [Substring: Substring] = [:]
            for part in parts.dropFirst() {
                let pair = part.split(separator: "=", maxSplits: 1)
                if pair.count == 2 { parameters[pair[0]] = pair[1].drop { $0 == " " } }
            }
            guard let type = parts.first, let form = Self.form(parameters) else { continue }
            switch type.lowercased().filter({ $0 != " " }) {
            case "application/json", "application/*", "*/*": self.init(form: form)
            case "application/yaml": self.init(form: form, isYAML: true)
            default: continue
            }
            return
        }
        throw KubernetesStatusError(
            406,
            .notAcceptable,
            "only the following media types are accepted: application/json, application/yaml"
        )
    }

    init(form: Form, isYAML: Bool = false) {
        self.form = form
        self.isYAML = isYAML
    }

    /// The form some parameters ask for; nil for one that is not served.
    private static func form(_ parameters: [Substring: Substring]) -> Form? {
        let version = parameters["v"].map(String.init) ?? ""
        switch (parameters["as"], parameters["g"]) {
        case (nil, _): return .object
        case ("Table", "meta.k8s.io") where ["v1", "v1beta1"].contains(version): return .table(version: version)
        case ("PartialObjectMetadata", "meta.k8s.io"), ("PartialObjectMetadataList", "meta.k8s.io"): return .metadata
        case ("APIGroupDiscoveryList", "apidiscovery.k8s.io") where ["v2", "v2beta1"].contains(version):
            return .discovery(version: version)
        default: return nil
        }
    }

    var contentType: String {
        switch form {
        case .discovery(let version):
            "application/json;g=apidiscovery.k8s.io;v=\(version);as=APIGroupDiscoveryList"
        default: isYAML ? "application/yaml" : "application/json"
        }
    }
}
