import Core
import NIOCore
import NIOHTTP1

/// One request to the API, and what may be done when it fails.
struct APIRequest: Sendable {
    enum Retry: Sendable {
        /// Repeating it does no harm: reads, and writes that set a state.
        case always
        /// Only when the server surely has not acted on it: it refused the connection, or said when to come back.
        case whenNotProcessed
        /// Whatever comes is the answer: requests to pods and services.
        case never
    }

    var method: HTTPMethod = .GET
    var path: String
    var query: [(name: String, value: String)] = []
    var headers: [(String, String)] = []
    var body: ByteBuffer?
    /// For messages: `list pods in episodic-memory-staging`.
    var action: String
    var retry: Retry = .always
    /// For the whole call, retries included.
    var timeout: Duration
    var bodyLimit = 64 << 20

    init(_ method: HTTPMethod = .GET, path: String, action: String, timeout: Duration) {
        self.method = method
        self.path = path
        self.action = action
        self.timeout = timeout
    }

    mutating func setJSON(_ json: JSON, type: String = "application/json") {
        body = ByteBuffer(bytes: json.data())
        headers.append(("Content-Type", type))
    }
}

/// A whole answer.
struct APIResponse: Sendable {
    let status: Int
    let headers: HTTPHeaders
    let body: ByteBuffer
}
