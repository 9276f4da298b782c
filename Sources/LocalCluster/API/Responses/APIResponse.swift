import Core
import HTTPTypes
import Hummingbird
import Kubernetes
import NIOCore

/// Makes the answers of the API.
enum APIResponse {
    static func json(
        _ value: JSON,
        status: HTTPResponse.Status = .ok,
        contentType: String = "application/json",
        pretty: Bool = false,
        warnings: [String] = []
    ) -> Response {
        var buffer = ByteBuffer(bytes: value.data(pretty: pretty))
        buffer.writeString("\n")
        var response = Response(status: status, headers: [.contentType: contentType], body: .init(byteBuffer: buffer))
        response.headers[.cacheControl] = "no-cache, private"
        for warning in warnings { response.headers.append(Self.warning(warning)) }
        return response
    }

    static func text(_ text: String, status: HTTPResponse.Status = .ok) -> Response {
        Response(
            status: status,
            headers: [.contentType: "text/plain; charset=utf-8"],
            body: .init(byteBuffer: ByteBuffer(string: text))
        )
    }

    static func error(_ error: KubernetesStatusError) -> Response {
        var response = json(error.json, status: HTTPResponse.Status(code: error.code))
        if let seconds = error.details?.retryAfterSeconds { response.headers[.retryAfter] = String(seconds) }
        if error.code == 401 { response.headers[.wwwAuthenticate] = "Bearer" }
        return response
    }

    /// A warning as `kubectl` prints it (RFC 7234, code 299).
    private static func warning(_ text: String) -> HTTPField {
        let quoted = text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").filter { !$0.isNewline }
        return HTTPField(name: Self.warningName, value: "299 - \"\(quoted)\"")
    }

    private static let warningName = HTTPField.Name("Warning") ?? .contentLanguage
}
