import AsyncHTTPClient
import Core
import Foundation
import NIOCore

/// Where metrics come from that the pods do not serve themselves.
package protocol MetricSource: Sendable {
    /// The values of an expression now, one for each series; none where it has no data.
    ///
    /// - Throws: `SlipwayError` (`.external`) where it cannot be had.
    func values(of query: String) async throws -> [Double]
}

/// A Prometheus server's HTTP API (`/api/v1/query`).
package struct PrometheusClient: MetricSource {
    private let url: String
    private let token: Secret?

    /// - Throws: `SlipwayError` (`.invalidInput`) where the variable with the token is not set.
    package init(_ settings: PrometheusSettings, variables: [String: String]) throws {
        url = settings.url.hasSuffix("/") ? String(settings.url.dropLast()) : settings.url
        guard let name = settings.tokenVariable else {
            token = nil
            return
        }
        guard let value = variables[name], !value.isEmpty else {
            throw SlipwayError(
                .invalidInput,
                "The token for Prometheus is not there",
                why: "the environment variable \(name) is not set",
                next: "Set it, or take token-env out of watch.prometheus in slipway.yml."
            )
        }
        token = Secret(value)
    }

    package func values(of query: String) async throws -> [Double] {
        var request = HTTPClientRequest(url: "\(url)/api/v1/query")
        request.method = .POST
        request.headers.add(name: "Content-Type", value: "application/x-www-form-urlencoded")
        if let token { request.headers.add(name: "Authorization", value: "Bearer \(token.reveal())") }
        request.body = .bytes(ByteBuffer(string: "query=\(Self.encoded(query))"))
        let status: Int
        let body: JSON
        do {
            let response = try await HTTPClient.shared.execute(request, timeout: .seconds(10))
            status = Int(response.status.code)
            let bytes = try await response.body.collect(upTo: 4 << 20)
            body = (try? JSON(parsing: Data(bytes.readableBytesView))) ?? .null
        } catch let error as CancellationError {
            throw error
        } catch {
            try Task.checkCancellation()
            throw failure(query, "no answer: \(error)")
        }
        guard status == 200, body["status"]?.string == "success", let data = body["data"] else {
            throw failure(
                query,
                "it answered \(status): \(body["error"]?.string ?? "something that is not Prometheus'")"
            )
        }
        return Self.values(in: data)
    }

    /// A scalar is `[time, "value"]`; each series of a vector has such a pair.
    static func values(in data: JSON) -> [Double] {
        func number(_ pair: JSON?) -> Double? { pair?[1]?.string.flatMap(Double.init) }
        switch data["resultType"]?.string {
        case "scalar": return [number(data["result"])].compactMap { $0 }.filter { !$0.isNaN }
        case "vector": return (data["result"]?.array ?? []).compactMap { number($0["value"]) }.filter { !$0.isNaN }
        default: return []
        }
    }

    private func failure(_ query: String, _ why: String) -> SlipwayError {
        SlipwayError(
            .external,
            "Prometheus at \(url) cannot be asked",
            why: "\(why) (\(query))",
            next: "Correct watch.prometheus and watch.queries in slipway.yml."
        )
    }

    private static func encoded(_ text: String) -> String {
        text.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
    }
}
