import Core

/// A failure in the API's own words: the `Status` object it answers with.
package struct KubernetesStatusError: Error, Sendable, Hashable, CustomStringConvertible {
    /// One of several things wrong with an object.
    package struct Cause: Sendable, Hashable {
        package var reason: String
        package var message: String
        /// Where in the object: `spec.template.spec.containers`.
        package var field: String

        package init(reason: String, message: String, field: String = "") {
            self.reason = reason
            self.message = message
            self.field = field
        }
    }

    /// What the failure is about.
    package struct Details: Sendable, Hashable {
        package var name: String
        package var group: String
        /// A plural resource name, or a kind for invalid objects.
        package var kind: String
        package var uid: String
        package var causes: [Cause]
        package var retryAfterSeconds: Int?

        package init(
            name: String = "",
            group: String = "",
            kind: String = "",
            uid: String = "",
            causes: [Cause] = [],
            retryAfterSeconds: Int? = nil
        ) {
            self.name = name
            self.group = group
            self.kind = kind
            self.uid = uid
            self.causes = causes
            self.retryAfterSeconds = retryAfterSeconds
        }
    }

    /// What a client was doing when it was refused; no part of the API's answer, and so not compared.
    package struct Context: Sendable, Hashable {
        /// `patch deployments.apps "api" in shop`.
        package let action: String
        package let cluster: String
    }

    /// The HTTP status.
    package var code: Int
    package var reason: StatusReason
    package var message: String
    package var details: Details?
    package var context: Context?

    package init(_ code: Int, _ reason: StatusReason, _ message: String, details: Details? = nil) {
        self.code = code
        self.reason = reason
        self.message = message
        self.details = details
    }

    package static func == (left: Self, right: Self) -> Bool {
        left.code == right.code && left.reason == right.reason && left.message == right.message
            && left.details == right.details
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(code)
        hasher.combine(reason)
        hasher.combine(message)
    }

    package var description: String { message.isEmpty ? "\(reason.rawValue) (\(code))" : message }

    package var isNotFound: Bool { reason == .notFound || code == 404 }
    package var isAlreadyExists: Bool { reason == .alreadyExists }
    /// The object was changed by somebody else, or a field belongs to another manager.
    package var isConflict: Bool { code == 409 && reason != .alreadyExists }
    /// The resource version or continue token is too old: list again.
    package var isExpired: Bool { code == 410 || reason == .expired || reason == .gone }
    package var isForbidden: Bool { code == 403 }
    package var isUnauthorized: Bool { code == 401 }
    package var isInvalid: Bool { reason == .invalid || code == 422 }

    /// The fields that other managers own, when a server-side apply was refused for them.
    package var managerConflicts: [Cause] { details?.causes.filter { $0.reason == "FieldManagerConflict" } ?? [] }
}
