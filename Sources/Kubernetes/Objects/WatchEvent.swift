import Core

/// One line of a watch: something happened to an object.
package struct WatchEvent: Sendable, Hashable {
    package enum Kind: String, Sendable, Hashable {
        case added = "ADDED"
        case modified = "MODIFIED"
        case deleted = "DELETED"
        /// No change: only tells how far the watch has come (`metadata.resourceVersion`).
        case bookmark = "BOOKMARK"
        /// The watch failed; the object is a `Status`.
        case error = "ERROR"
    }

    package let kind: Kind
    package let object: KubernetesObject

    package init(_ kind: Kind, _ object: KubernetesObject) {
        self.kind = kind
        self.object = object
    }

    package init(_ error: KubernetesStatusError) {
        self.init(.error, KubernetesObject(error.json))
    }

    /// - Throws: `KubernetesStatusError` when `json` is no watch event.
    package init(_ json: JSON) throws(KubernetesStatusError) {
        guard let kind = json["type"]?.string.flatMap(Kind.init), let object = json["object"] else {
            throw .internalError("not a watch event: \(json.text().prefix(200))")
        }
        self.init(kind, KubernetesObject(object))
    }

    package var json: JSON { ["type": .string(kind.rawValue), "object": object.json] }

    /// Why the watch failed; nil for every other event.
    package var error: KubernetesStatusError? {
        kind == .error ? KubernetesStatusError(object.json, httpStatus: 500) : nil
    }
}
