import Core
import Foundation
import ImagesTestSupport
import Testing

@testable import SupplyChain

/// Fetching from a mirror on loopback that knows ranges and entity tags, and can be told to misbehave.
@Suite(.enabled("there is no python3") { await Python.has("http.server") })
struct MirrorTests {
    let folder: TemporaryFolder
    let mirror: Mirror

    init() throws {
        folder = try TemporaryFolder()
        mirror = try Mirror(root: folder.path("www"))
        try publish("A-1")
    }

    private func publish(_ identifiers: String...) throws {
        let members = identifiers.map { id in
            (
                "\(id).json",
                #"{"id":"\#(id)","modified":"2026-01-01T00:00:00Z","affected":[{"package":{"ecosystem":"PyPI","name":"x"}}],"details":"\#(String(repeating: "lorem ", count: 20_000))"}"#
            )
        }
        try FileManager.default.createDirectory(at: folder.path("www/PyPI"), withIntermediateDirectories: true)
        try Data(ZipFixture.make(texts: members)).write(to: folder.path("www/PyPI/all.zip"))
    }

    private func update(_ fault: String = "") async throws -> AdvisoryUpdate.Outcome {
        let base = "http://127.0.0.1:\(mirror.port)/\(fault)"
        let addresses = try AdvisoryUpdate.addresses(base, ecosystems: ["PyPI"])
        return try await AdvisoryUpdate.run(addresses, into: folder.path("db"), now: "2026-11-23T00:00:00Z")
    }

    private func records() throws -> Int? { try AdvisoryDatabase(directory: folder.path("db"))?.metadata.records }

    @Test func fetchesOnceAndThenAsksWhetherAnythingIsNew() async throws {
        guard case .imported(let result) = try await update() else { throw Unexpected() }
        #expect(result.metadata.records == 1)
        guard case .unchanged(let metadata) = try await update() else { throw Unexpected() }
        #expect(metadata.imported == "2026-11-23T00:00:00Z")
        #expect(try mirror.log().suffix(1) == ["GET /PyPI/all.zip 304"])
        try publish("A-1", "A-2")
        guard case .imported = try await update() else { throw Unexpected() }
        #expect(try records() == 2)
    }

    private struct Unexpected: Error {}

    @Test func goesOnWhereTheConnectionBroke() async throws {
        guard case .imported = try await update("break-once/") else { throw Unexpected() }
        #expect(try records() == 1)
        let log = try mirror.log()
        #expect(log.contains { $0.hasSuffix(" 206") }, "\(log)")
        #expect(log.count == 2)
    }

    @Test(arguments: ["status-404/", "status-403/", "status-503/", "garbage/", "wrong-range/", "always-break/"])
    func keepsWhatIsThereWhenTheMirrorFails(fault: String) async throws {
        _ = try await update()
        try publish("A-1", "A-2")
        await #expect(throws: SlipwayError.self) { try await update(fault) }
        #expect(try records() == 1)
    }

    @Test(arguments: ["http://osv.example.com/x.zip", "ftp://127.0.0.1/x.zip", "file:///etc/x.zip"])
    func refusesAddressesThatOthersCanChange(address: String) async throws {
        await #expect(throws: SlipwayError.self) {
            try await AdvisoryUpdate.run(
                AdvisoryUpdate.addresses(address, ecosystems: []),
                into: folder.path("db"),
                now: ""
            )
        }
    }

    @Test func mirrorsNeedToBeToldWhichEcosystems() throws {
        #expect(throws: SlipwayError.self) { try AdvisoryUpdate.addresses("https://osv.example.com/", ecosystems: []) }
        #expect(
            try AdvisoryUpdate.addresses("https://osv.example.com", ecosystems: ["Rocky Linux", "Go", "Go"]).map(
                \.absoluteString
            ) == ["https://osv.example.com/Go/all.zip", "https://osv.example.com/Rocky%20Linux/all.zip"]
        )
    }
}

/// A web server in a process of its own, which ends with the test.
final class Mirror: @unchecked Sendable {  // `process` is used by `init` and `deinit` only
    let port: Int
    private let root: URL
    private let process = Process()

    init(root: URL) throws {
        self.root = root
        try FileManager.default.createDirectory(at: root, withIntermediateDirectories: true)
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = [Python.interpreter, "-u", "-c", Self.program, root.path]
        let output = Pipe()
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        var line = Data()
        while line.last != 0x0A {
            let byte = output.fileHandleForReading.readData(ofLength: 1)
            if byte.isEmpty { break }
            line += byte
        }
        port = Int(String(decoding: line, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)) ?? 0
    }

    // Its signals may be blocked, as those of the thread that started it were.
    deinit { kill(process.processIdentifier, SIGKILL) }

    /// One line for each request.
    func log() throws -> [String] {
        try String(contentsOf: root.appending(path: "log"), encoding: .utf8).split(separator: "\n").map(String.init)
    }

    private static let program = #"""
        import hashlib, http.server, os, re, sys
        root = sys.argv[1]
        seen = set()
        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            def log_message(self, *_): pass
            def do_GET(self):
                fault, _, path = self.path.lstrip("/").partition("/PyPI")
                path = "/PyPI" + path if path else self.path
                if self.path.startswith("/PyPI"): fault, path = "", self.path
                data = open(root + path, "rb").read()
                etag = '"' + hashlib.sha256(data).hexdigest()[:16] + '"'
                status, body, headers = 200, data, {"ETag": etag}
                wanted = re.match(r"bytes=(\d+)-", self.headers.get("Range", ""))
                if wanted and self.headers.get("If-Range") == etag:
                    start = int(wanted[1])
                    status, body = 206, data[start:]
                    shown = start + 1 if fault == "wrong-range" else start
                    headers["Content-Range"] = f"bytes {shown}-{len(data) - 1}/{len(data)}"
                elif self.headers.get("If-None-Match") == etag:
                    status, body = 304, b""
                if fault.startswith("status-"): status, body = int(fault[7:]), b"no"
                if fault == "garbage": body = b"<html>sign in</html>" * 50
                breaks = fault in ("always-break", "wrong-range") or (fault == "break-once" and self.path not in seen)
                seen.add(self.path)
                with open(root + "/log", "a") as log: log.write(f"GET {self.path} {status}\n")
                self.send_response(status)
                for name, value in headers.items(): self.send_header(name, value)
                if status != 304: self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                if breaks and status == 200:
                    self.wfile.write(body[:len(body) // 2]); self.wfile.flush()
                    self.close_connection = True
                elif breaks and status == 206 and fault == "always-break":
                    self.close_connection = True
                else:
                    self.wfile.write(body)
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        print(server.server_port, flush=True)
        server.serve_forever()
        """#
}
