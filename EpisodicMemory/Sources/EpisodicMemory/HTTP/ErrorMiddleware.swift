import HTTPTypes
import Hummingbird
import Logging

/// Turns whatever a handler throws into an answer: the one meant for the client, or a bare 500 whose cause is logged.
struct ErrorMiddleware: RouterMiddleware {
    typealias Context = ServiceRequestContext

    func handle(
        _ request: Request,
        context: ServiceRequestContext,
        next: @concurrent (Request, ServiceRequestContext) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch let error as APIError {
            return error.response(from: request, context: context)
        } catch let error as HTTPError where error.status == .notFound {
            return APIError.notFound("there is nothing at \(request.uri.path)").response(
                from: request,
                context: context
            )
        } catch let error as any HTTPResponseError {
            return try error.response(from: request, context: context)
        } catch let error as PostgresError where error.isUnavailable {
            context.logger.error("database unavailable", metadata: ["error": "\(LoggableError(error))"])
            let answer = APIError.unavailable("database_unavailable", "the database does not answer; try again")
            return answer.response(from: request, context: context)
        } catch {
            // The error's text may quote what the client sent; the type says enough to find the place.
            context.logger.error(
                "request failed",
                metadata: [
                    "method": "\(request.method)", "path": "\(context.endpointPath ?? "unmatched")",
                    "error": "\(LoggableError(error))",
                ]
            )
            var response = APIError.internalError.response(from: request, context: context)
            // The log handler keeps it under this name; one that keeps nothing has none.
            response.headers[.requestID] = context.logger[metadataKey: "hb.request.id"]?.description
            return response
        }
    }
}
