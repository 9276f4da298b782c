import HTTPTypes
import Hummingbird
import NIOCore

extension Request {
    /// The body as a JSON object.
    ///
    /// - Throws: `APIError` when it is too large, not JSON, or not an object.
    func jsonObject(maximumBytes: Int) async throws -> [JSONValue.Member] {
        if let type = headers[.contentType], !Self.isJSON(type) {
            throw APIError(
                status: .unsupportedMediaType,
                code: "not_json",
                message: "the content type is '\(type)'; send application/json"
            )
        }
        let buffer = try await wholeBody(maximumBytes: maximumBytes)
        let document: JSONValue
        do throws(JSONParseError) {
            document = try buffer.json()
        } catch {
            throw APIError.badRequest("invalid_json", error.description)
        }
        guard let members = document.objectValue else {
            throw APIError.badRequest("not_an_object", "the body must be a JSON object, not \(document.kind)")
        }
        return members
    }

    private func wholeBody(maximumBytes: Int) async throws -> ByteBuffer {
        if let length = headers[.contentLength].flatMap(Int.init), length > maximumBytes {
            throw APIError.tooLarge(limit: maximumBytes)
        }
        do {
            return try await body.collect(upTo: maximumBytes)
        } catch is NIOTooManyBytesError {
            throw APIError.tooLarge(limit: maximumBytes)
        }
    }

    private static func isJSON(_ contentType: String) -> Bool {
        let type = contentType.prefix { $0 != ";" }.filter { !$0.isWhitespace }.lowercased()
        return type == "application/json" || (type.hasPrefix("application/") && type.hasSuffix("+json"))
    }
}

extension ByteBuffer {
    fileprivate func json() throws(JSONParseError) -> JSONValue {
        let result = withUnsafeReadableBytes { bytes in
            Result { () throws(JSONParseError) in try JSONParser.parse(bytes.assumingMemoryBound(to: UInt8.self)) }
        }
        return try result.get()
    }
}

extension Response {
    static func json(status: HTTPResponse.Status = .ok, _ members: (inout JSONWriter) -> Void) -> Response {
        var writer = JSONWriter(capacity: 512)
        writer.object(members)
        return Response(
            status: status,
            headers: [.contentType: "application/json"],
            body: .init(byteBuffer: ByteBuffer(bytes: writer.bytes))
        )
    }

    static func text(_ text: String, type: String) -> Response {
        Response(
            status: .ok,
            headers: [.contentType: type],
            body: .init(byteBuffer: ByteBuffer(string: text))
        )
    }
}
