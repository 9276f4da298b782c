/// The API's machine-readable reason of a failure (`metav1.StatusReason`).
package struct StatusReason: Sendable, Hashable, RawRepresentable, CustomStringConvertible {
    package let rawValue: String
    package init(rawValue: String) { self.rawValue = rawValue }
    private init(_ value: String) { rawValue = value }

    package var description: String { rawValue }

    package static let unknown = StatusReason("")
    package static let unauthorized = StatusReason("Unauthorized")
    package static let forbidden = StatusReason("Forbidden")
    package static let notFound = StatusReason("NotFound")
    package static let alreadyExists = StatusReason("AlreadyExists")
    package static let conflict = StatusReason("Conflict")
    package static let gone = StatusReason("Gone")
    package static let expired = StatusReason("Expired")
    package static let invalid = StatusReason("Invalid")
    package static let badRequest = StatusReason("BadRequest")
    package static let methodNotAllowed = StatusReason("MethodNotAllowed")
    package static let notAcceptable = StatusReason("NotAcceptable")
    package static let unsupportedMediaType = StatusReason("UnsupportedMediaType")
    package static let requestEntityTooLarge = StatusReason("RequestEntityTooLarge")
    package static let tooManyRequests = StatusReason("TooManyRequests")
    package static let timeout = StatusReason("Timeout")
    package static let serverTimeout = StatusReason("ServerTimeout")
    package static let internalError = StatusReason("InternalError")
    package static let serviceUnavailable = StatusReason("ServiceUnavailable")
}
