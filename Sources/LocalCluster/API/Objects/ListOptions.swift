import Core
import Foundation
import Kubernetes

/// What a list or watch asks for.
struct ListOptions: Sendable {
    let labels: LabelSelector
    let fields: FieldSelector
    let limit: Int?
    let continuation: Continuation?
    let resourceVersion: Int64?
    let match: VersionMatch?

    /// How the answer may differ from the version asked for.
    enum VersionMatch: String, Sendable { case exact = "Exact", notOlderThan = "NotOlderThan" }

    /// Where the next page of a list begins.
    struct Continuation: Sendable, Hashable {
        let version: Int64
        let start: NamespacedName

        /// The token clients send back; they must not look inside.
        var token: String {
            let json: JSON = [
                "v": "meta.k8s.io/v1", "rv": .int(version), "start": .string("\(start.namespace)/\(start.name)"),
            ]
            return json.data().base64EncodedString().replacing("=", with: "")
        }

        init(version: Int64, start: NamespacedName) {
            self.version = version
            self.start = start
        }

        init(token: String) throws(KubernetesStatusError) {
            let padded = token + String(repeating: "=", count: (4 - token.utf8.count % 4) % 4)
            guard let data = Data(base64Encoded: padded), let json = try? JSON(parsing: data),
                let version = json["rv"]?.int,
                let parts = json["start"]?.string?.split(
                    separator: "/",
                    maxSplits: 1,
                    omittingEmptySubsequences: false
                ), parts.count == 2
            else { throw .badRequest("continue key is not valid: encoding is not valid") }
            self.version = Int64(version)
            start = NamespacedName(namespace: String(parts[0]), name: String(parts[1]))
        }
    }

    init(_ query: QueryParameters, type: ResourceType) throws(KubernetesStatusError) {
        labels = try LabelSelector(parsing: query["labelSelector"] ?? "")
        fields = try FieldSelector(parsing: query["fieldSelector"] ?? "")
        try fields.validate(for: type)
        limit = try query.integer("limit").flatMap { $0 > 0 ? $0 : nil }
        var token: Continuation?
        if let text = query["continue"], !text.isEmpty { token = try Continuation(token: text) }
        continuation = token
        resourceVersion = try Self.version(query["resourceVersion"])
        guard let text = query["resourceVersionMatch"], !text.isEmpty else {
            match = nil
            return
        }
        guard let value = VersionMatch(rawValue: text) else {
            var errors = FieldErrors()
            errors.unsupported("resourceVersionMatch", .string(text), ["Exact", "NotOlderThan"])
            throw .optionsInvalid(errors, kind: "ListOptions")
        }
        let watches = try query.flag("sendInitialEvents")
        if query["resourceVersion"]?.isEmpty ?? true, !watches {
            var errors = FieldErrors()
            errors.forbidden(
                "resourceVersionMatch",
                "resourceVersionMatch is forbidden unless resourceVersion is provided"
            )
            throw .optionsInvalid(errors, kind: "ListOptions")
        }
        match = value
    }

    private static func version(_ text: String?) throws(KubernetesStatusError) -> Int64? {
        guard let text, !text.isEmpty else { return nil }
        guard let number = Int64(text), number >= 0 else {
            throw .badRequest("Invalid value: \"\(text)\": resource version must be a number")
        }
        return number
    }
}
