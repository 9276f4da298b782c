import Core
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore

/// An error answer of a Twirp service.
struct TwirpError: Error, HTTPResponseError {
    let status: HTTPResponse.Status
    let code: String
    let message: String

    init(_ status: HTTPResponse.Status, code: String, _ message: String) {
        self.status = status
        self.code = code
        self.message = message
    }

    func response(from request: Request, context: some RequestContext) throws -> Response {
        Response.json(["code": .string(code), "msg": .string(message)], status: status)
    }

    static func missing(_ what: String) -> TwirpError { TwirpError(.notFound, code: "not_found", "\(what) not found") }

    static func conflict(_ what: String) -> TwirpError {
        TwirpError(.conflict, code: "already_exists", "\(what) already exists")
    }

    static func invalid(_ message: String) -> TwirpError {
        TwirpError(.badRequest, code: "invalid_argument", message)
    }
}

extension Response {
    static func json(_ json: JSON, status: HTTPResponse.Status = .ok) -> Response {
        Response(
            status: status,
            headers: [.contentType: "application/json"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: json.text()))
        )
    }
}

/// Twirp calls: JSON objects in and out, by POST, names in snake case or in lower camel case as protobuf allows.
struct TwirpMessage: Sendable {
    private let json: JSON

    init(_ request: Request) async throws {
        let buffer = try await request.body.collect(upTo: 1 << 20)
        guard let json = try? JSON(parsing: String(buffer: buffer)), json.object != nil else {
            throw TwirpError(.badRequest, code: "malformed", "The request is not a JSON object")
        }
        self.json = json
    }

    private func member(_ name: String) -> JSON? {
        let words = name.split(separator: "_")
        let camel = words.prefix(1) + words.dropFirst().map { Substring($0.capitalized) }
        return json[name] ?? json[camel.joined()]
    }

    func string(_ name: String) -> String? { member(name)?.string }
    func strings(_ name: String) -> [String] { member(name)?.array?.compactMap(\.string) ?? [] }

    /// 64-bit numbers come as strings in protobuf's JSON.
    func number(_ name: String) -> Int64? {
        member(name).flatMap { value in value.string.flatMap { Int64($0) } ?? value.int.map(Int64.init) }
    }

    func required(_ name: String) throws -> String {
        guard let value = string(name), !value.isEmpty else { throw TwirpError.invalid("\(name) is required") }
        return value
    }
}
