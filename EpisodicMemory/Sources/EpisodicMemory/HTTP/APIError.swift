import HTTPTypes
import Hummingbird

/// What a client is told when its request cannot be served.
package struct APIError: Error, Sendable {
    package let status: HTTPResponse.Status
    /// A stable word for programs; the message is for people and may change.
    package let code: String
    package let message: String
    package var problems: [FieldProblem] = []
    package var headers: HTTPFields = [:]

    static func badRequest(_ code: String, _ message: String) -> APIError {
        APIError(status: .badRequest, code: code, message: message)
    }

    static func invalid(_ problems: [FieldProblem]) -> APIError {
        let message = problems.map { "\($0.field) \($0.message)" }.joined(separator: "; ")
        return APIError(status: .unprocessableContent, code: "invalid_fields", message: message, problems: problems)
    }

    static func notFound(_ message: String) -> APIError {
        APIError(status: .notFound, code: "not_found", message: message)
    }

    static func tooLarge(limit: Int) -> APIError {
        APIError(
            status: .contentTooLarge,
            code: "body_too_large",
            message: "the body is larger than \(limit) bytes (MAX_BODY_BYTES)",
            // What is left of the body is not worth reading.
            headers: [.connection: "close"]
        )
    }

    static func unavailable(_ code: String, _ message: String) -> APIError {
        APIError(status: .serviceUnavailable, code: code, message: message, headers: [.retryAfter: "1"])
    }

    static let idempotencyKeyReused = APIError(
        status: .conflict,
        code: "idempotency_key_reused",
        message: "this idempotency_key came with another episode before; use a new key for a new episode"
    )

    static let internalError = APIError(
        status: .internalServerError,
        code: "internal",
        message: "the service failed; its log says why, under the request id in the X-Request-Id header"
    )
}

extension APIError: HTTPResponseError {
    package func response(from request: Request, context: some RequestContext) -> Response {
        var response = Response.json(status: status) { body in
            body.objectMember("error") { error in
                error.member("code", code)
                error.member("message", message)
                if !problems.isEmpty {
                    error.arrayMember("problems") { list in
                        for problem in problems {
                            list.object { entry in
                                entry.member("field", problem.field)
                                entry.member("message", problem.message)
                            }
                        }
                    }
                }
            }
        }
        response.headers.append(contentsOf: headers)
        return response
    }
}
