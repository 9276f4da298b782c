import Core

/// The failures as a real API server words them (`k8s.io/apimachinery/pkg/api/errors`).
extension KubernetesStatusError {
    private static func about(_ type: ResourceType, _ name: String) -> Details {
        Details(name: name, group: type.group, kind: type.plural)
    }

    package static func notFound(_ type: ResourceType, _ name: String) -> Self {
        Self(404, .notFound, "\(type.qualifiedName) \"\(name)\" not found", details: about(type, name))
    }

    /// No such path: the resource type itself is not served.
    package static var resourceNotFound: Self {
        Self(404, .notFound, "the server could not find the requested resource", details: Details())
    }

    package static func alreadyExists(_ type: ResourceType, _ name: String) -> Self {
        Self(409, .alreadyExists, "\(type.qualifiedName) \"\(name)\" already exists", details: about(type, name))
    }

    package static let staleMessage =
        "the object has been modified; please apply your changes to the latest version and try again"

    package static func conflict(_ type: ResourceType, _ name: String, _ why: String = staleMessage) -> Self {
        Self(
            409,
            .conflict,
            "Operation cannot be fulfilled on \(type.qualifiedName) \"\(name)\": \(why)",
            details: about(type, name)
        )
    }

    /// A server-side apply that would take fields from other managers.
    package static func applyConflict(_ causes: [Cause]) -> Self {
        let one = causes.count == 1
        let list = causes.map { "\($0.message): \($0.field)" }
        return Self(
            409,
            .conflict,
            "Apply failed with \(causes.count) conflict\(one ? "" : "s"): "
                + (one ? list.joined() : "conflicts" + list.map { " " + $0 }.joined(separator: "\n")),
            details: Details(causes: causes)
        )
    }

    package static func invalid(_ type: ResourceType, _ name: String, _ causes: [Cause]) -> Self {
        let list = causes.map { $0.field.isEmpty ? $0.message : "\($0.field): \($0.message)" }
        let text = list.count == 1 ? list.joined() : "[\(list.joined(separator: ", "))]"
        return Self(
            422,
            .invalid,
            "\(type.qualifiedKind) \"\(name)\" is invalid: \(text)",
            details: Details(name: name, group: type.group, kind: type.kind, causes: causes)
        )
    }

    package static func forbidden(_ type: ResourceType, _ name: String, _ why: String) -> Self {
        let subject = name.isEmpty ? "\(type.qualifiedName) is" : "\(type.qualifiedName) \"\(name)\" is"
        return Self(403, .forbidden, "\(subject) forbidden: \(why)", details: about(type, name))
    }

    package static func badRequest(_ message: String) -> Self { Self(400, .badRequest, message) }

    package static var unauthorized: Self { Self(401, .unauthorized, "Unauthorized") }

    package static func expired(_ message: String) -> Self { Self(410, .expired, message) }

    /// A watch or list asked for a version that is no longer kept.
    package static func tooOld(requested: String, oldest: String) -> Self {
        expired("too old resource version: \(requested) (\(oldest))")
    }

    package static func methodNotAllowed(_ message: String) -> Self { Self(405, .methodNotAllowed, message) }

    package static func unsupportedMediaType(_ message: String = "415: Unsupported Media Type") -> Self {
        Self(415, .unsupportedMediaType, message, details: Details())
    }

    package static func tooLarge(_ message: String) -> Self { Self(413, .requestEntityTooLarge, message) }

    package static func tooManyRequests(_ message: String, retryAfter seconds: Int) -> Self {
        Self(429, .tooManyRequests, message, details: Details(retryAfterSeconds: seconds))
    }

    package static func internalError(_ message: String) -> Self {
        Self(
            500,
            .internalError,
            "Internal error occurred: \(message)",
            details: Details(causes: [Cause(reason: "", message: message)])
        )
    }

    package static func serviceUnavailable(_ message: String) -> Self { Self(503, .serviceUnavailable, message) }

    package static func timeout(_ message: String) -> Self { Self(504, .timeout, message) }
}
