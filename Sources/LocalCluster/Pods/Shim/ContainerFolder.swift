import Core
import Foundation

/// The folder of one run of one container: the bundle, the writable layer, and what the shim writes.
struct ContainerFolder: Sendable, Hashable {
    let url: URL

    init(_ url: URL) { self.url = url }

    var specification: URL { url.appending(path: "shim.json") }
    var status: URL { url.appending(path: "status.json") }
    /// A named pipe the shim reads orders from.
    var control: URL { url.appending(path: "control") }
    /// Locked as long as the shim lives.
    var lock: URL { url.appending(path: "shim.lock") }
    /// What the shim itself has to say.
    var shimLog: URL { url.appending(path: "shim.log") }
    /// The OCI bundle's description of the container.
    var bundle: URL { url.appending(path: "config.json") }
    var root: URL { url.appending(path: "rootfs") }
    var upper: URL { url.appending(path: "upper") }
    var work: URL { url.appending(path: "work") }
    /// What the process itself leaves as its last words (`terminationMessagePath`).
    var terminationMessage: URL { url.appending(path: "termination-log") }

    func readSpecification() throws -> ShimSpec {
        try JSONDecoder().decode(ShimSpec.self, from: Data(contentsOf: specification))
    }

    /// Nil where no shim has written anything yet.
    func readStatus() -> ShimStatus? {
        guard let data = try? Data(contentsOf: status) else { return nil }
        return try? JSONDecoder().decode(ShimStatus.self, from: data)
    }

    /// Replaces the status in one step: a reader sees the old one or the new one.
    func write(_ status: ShimStatus) throws {
        try JSONEncoder().encode(status).write(to: self.status, options: .atomic)
    }

    func write(_ specification: ShimSpec) throws {
        try JSONEncoder().encode(specification).write(to: self.specification, options: .atomic)
    }

    /// Sends an order to the shim.
    ///
    /// - Returns: false if no shim listens any more.
    @discardableResult
    func send(_ order: ShimOrder) -> Bool {
        NamedPipe.write(Array("\(order.line)\n".utf8), to: control.path)
    }

    /// Whether a shim owns this folder now.
    var hasLiveShim: Bool {
        guard FileManager.default.fileExists(atPath: lock.path) else { return false }
        do {
            return try FileLock.attempt(lock) == nil
        } catch {
            // The folder has just been deleted.
            return false
        }
    }
}

/// What a shim can be asked to do.
enum ShimOrder: Hashable, Sendable {
    /// Send this signal to the container's process.
    case signal(Int32)

    var line: String {
        switch self {
        case .signal(let number): "signal \(number)"
        }
    }

    init?(line: some StringProtocol) {
        let words = line.split(separator: " ")
        guard words.count == 2, words[0] == "signal", let number = Int32(words[1]), (1...64).contains(number) else {
            return nil
        }
        self = .signal(number)
    }
}
