import Core
import Foundation
import HTTPTypes
import Hummingbird
import Kubernetes
import NIOCore

/// A request, read as far as every handler needs it.
struct APIRequest: Sendable {
    let http: Request
    /// The connection, for those who must end it.
    let channel: any Channel
    let path: String
    let query: QueryParameters

    /// As Kubernetes: three mebibytes.
    private static let bodyLimit = 3 * 1024 * 1024

    init(_ request: Request, channel: any Channel) throws(KubernetesStatusError) {
        http = request
        self.channel = channel
        let target = request.head.path ?? "/"
        let parts = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        path = String(parts[0])
        query = try QueryParameters(parts.count > 1 ? String(parts[1]) : "")
    }

    var method: HTTPRequest.Method { http.method }

    /// The media type of the body without parameters.
    var contentType: String {
        let value = http.headers[.contentType] ?? ""
        return value.prefix { $0 != ";" }.trimmingCharacters(in: .whitespaces).lowercased()
    }

    /// Who writes: the `fieldManager`, or the program's name from its user agent.
    func manager() throws(KubernetesStatusError) -> ManagerName {
        if let name = query["fieldManager"], !name.isEmpty {
            guard name.utf8.count <= 128, name.unicodeScalars.allSatisfy({ !$0.properties.isWhitespace || $0 == " " })
            else {
                var errors = FieldErrors()
                errors.invalid("fieldManager", .string(name), "may not be longer than 128 and must be printable")
                throw .optionsInvalid(errors)
            }
            return ManagerName(name)
        }
        let agent = http.headers[.userAgent] ?? ""
        let program = agent.prefix { $0 != "/" }.prefix(128)
        return ManagerName(program.isEmpty ? "unknown" : String(program))
    }

    /// - Throws: `KubernetesStatusError` for anything but `All`.
    func isDryRun() throws(KubernetesStatusError) -> Bool {
        let values = query.all("dryRun").filter { !$0.isEmpty }
        guard let odd = values.first(where: { $0 != "All" }) else { return !values.isEmpty }
        var errors = FieldErrors()
        errors.unsupported("dryRun", .string(odd), ["All"])
        throw .optionsInvalid(errors)
    }

    func writeOptions() throws(KubernetesStatusError) -> WriteOptions {
        WriteOptions(manager: try manager(), isDryRun: try isDryRun())
    }

    /// What to do with fields that nobody knows.
    enum FieldValidation: String, Sendable { case ignore = "Ignore", warn = "Warn", strict = "Strict" }

    func fieldValidation() throws(KubernetesStatusError) -> FieldValidation {
        guard let text = query["fieldValidation"], !text.isEmpty else { return .warn }
        guard let value = FieldValidation(rawValue: text) else {
            var errors = FieldErrors()
            errors.unsupported("fieldValidation", .string(text), ["Ignore", "Strict", "Warn"])
            throw .optionsInvalid(errors)
        }
        return value
    }

    /// The whole body.
    ///
    /// - Throws: `KubernetesStatusError` 413 when it is too large.
    func body() async throws -> Data {
        var data = Data()
        for try await buffer in http.body {
            guard data.count + buffer.readableBytes <= Self.bodyLimit else {
                throw KubernetesStatusError.tooLarge("Request entity too large: limit is \(Self.bodyLimit)")
            }
            data.append(contentsOf: buffer.readableBytesView)
        }
        return data
    }

    /// The body as JSON, which may be written as YAML or in Kubernetes' binary form.
    func jsonBody() async throws -> JSON {
        switch contentType {
        case "", "application/json": return try Self.parse(try await body(), isYAML: false)
        case "application/yaml": return try Self.parse(try await body(), isYAML: true)
        case ProtobufDecoder.contentType:
            let decoder = ProtobufDecoder(catalogue: .builtIn)
            return try decoder.decode(try await body(), schema: ServedResource.schema)
        default:
            throw KubernetesStatusError.unsupportedMediaType(
                "the body of the request was in an unknown format - accepted media types include: application/json, "
                    + "application/yaml, \(ProtobufDecoder.contentType)"
            )
        }
    }

    static func parse(_ data: Data, isYAML: Bool) throws(KubernetesStatusError) -> JSON {
        do {
            if isYAML, let text = String(data: data, encoding: .utf8) {
                return try YAMLParser.document(text, file: "body")?.json ?? .null
            }
            return try JSON(parsing: data)
        } catch let error as SlipwayError {
            throw .badRequest("the request body is not valid JSON: \(error.why ?? error.what)")
        } catch {
            throw .badRequest("the request body cannot be read: \(error)")
        }
    }
}

extension KubernetesStatusError {
    /// Options of a request that are wrong.
    static func optionsInvalid(_ errors: FieldErrors, kind: String = "PatchOptions") -> Self {
        let options = ResourceType(group: "meta.k8s.io", plural: kind.lowercased(), kind: kind)
        return .invalid(options, "", errors.causes)
    }
}
