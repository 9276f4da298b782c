import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1

/// An OpenAI-compatible `/v1/embeddings` endpoint.
struct EmbeddingEndpoint: Sendable {
    /// A text's vector takes some 8 KB of JSON.
    private static let maximumAnswer = 1_048_576

    let url: String
    let model: String
    let apiKey: Secret?
    let timeout: Duration

    /// Why there is no embedding. What the endpoint said is not among it: it may quote the text.
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    /// Vectors of different models are not comparable.
    var space: EmbeddingSpace { .model(model) }

    /// - Throws: `Failure`, or why the endpoint could not be reached.
    func embedding(of text: String) async throws -> Embedding {
        var request = HTTPClientRequest(url: url)
        request.method = .POST
        request.headers.add(name: "Content-Type", value: "application/json")
        if let apiKey { request.headers.add(name: "Authorization", value: "Bearer \(apiKey.value)") }
        var body = JSONWriter()
        body.object { body in
            body.member("model", model)
            body.member("input", text)
            body.member("dimensions", Embedding.dimensions)
            body.member("encoding_format", "float")
        }
        request.body = .bytes(ByteBuffer(bytes: body.bytes))
        let response = try await HTTPClient.shared.execute(request, timeout: TimeAmount(timeout))
        let answer = try await response.body.collect(upTo: Self.maximumAnswer)
        guard response.status == .ok else {
            throw Failure(description: "the endpoint answered \(response.status.code)")
        }
        let document = try JSONParser.parse(String(buffer: answer))
        guard let numbers = document["data"]?.arrayValue?.first?["embedding"]?.arrayValue?.compactMap(\.doubleValue),
            let embedding = Embedding(numbers)
        else { throw Failure(description: "the endpoint gave no embedding of \(Embedding.dimensions) numbers") }
        return embedding
    }
}

/// A text that must not show in logs and messages.
struct Secret: Sendable, CustomStringConvertible, CustomReflectable {
    let value: String

    var description: String { "***" }
    var customMirror: Mirror { Mirror(self, children: []) }
}
