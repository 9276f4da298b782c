import Core
import Foundation

/// The unmasked memory of one job: a file of sealed records, each appended with one write, so that a process that is
/// killed leaves whole records. After a power failure the last ones may be missing or torn; what follows a torn record is
/// not read.
final class StepLedger: Sendable {
    /// What an earlier engine recorded.
    let memory: JobMemory
    let file: URL
    private let key: RunKey
    private let descriptor: Int32

    /// Opens a job's ledger, making it where missing.
    ///
    /// - Throws: `SlipwayError` (`.external`) where it cannot be written.
    init(at file: URL, key: RunKey) throws {
        self.file = file
        self.key = key
        memory = JobMemory(try Self.read(file, key: key))
        descriptor = try Self.open(file)
    }

    /// Opens a job's ledger only to add to it.
    ///
    /// - Throws: `SlipwayError` (`.external`) where it cannot be written.
    init(appendingTo file: URL, key: RunKey) throws {
        self.file = file
        self.key = key
        memory = JobMemory([])
        descriptor = try Self.open(file)
    }

    deinit { close(descriptor) }

    private static func open(_ file: URL) throws -> Int32 {
        let folder = file.deletingLastPathComponent()
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let descriptor = Foundation.open(file.path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw SlipwayError(.external, "Cannot open \(file.path)", why: String(cString: strerror(errno)))
        }
        return descriptor
    }

    /// Appends a record.
    ///
    /// - Throws: `SlipwayError` (`.external`) where it cannot be written whole.
    func append(_ entry: LedgerEntry) throws {
        let sealed = try key.seal(try JSONEncoder().encode(entry))
        var record = Data(capacity: sealed.count + 4)
        withUnsafeBytes(of: UInt32(sealed.count).littleEndian) { record.append(contentsOf: $0) }
        record.append(sealed)
        let count = record.withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress, $0.count) }
        guard count == record.count else {
            let why = count < 0 ? String(cString: strerror(errno)) : "the disk is full"
            throw SlipwayError(.external, "Cannot write \(file.path)", why: why, next: "Free some space.")
        }
        CrashPoint.passed()
    }

    /// Brings what was appended to the disk itself.
    func flush() { _ = fdatasync(descriptor) }

    /// All whole records of a ledger, in their order; none where there is no such file.
    static func read(_ file: URL, key: RunKey) throws -> [LedgerEntry] {
        guard let data = FileManager.default.contents(atPath: file.path) else { return [] }
        var entries: [LedgerEntry] = []
        var rest = data[...]
        while rest.count >= 4 {
            let length = rest.prefix(4).reversed().reduce(0) { $0 << 8 | Int($1) }
            rest = rest.dropFirst(4)
            guard rest.count >= length, let opened = try? key.open(Data(rest.prefix(length))) else { break }
            rest = rest.dropFirst(length)
            entries.append(try JSONDecoder().decode(LedgerEntry.self, from: opened))
        }
        return entries
    }

    /// Makes a ledger with these records only.
    static func write(_ entries: [LedgerEntry], to file: URL, key: RunKey) throws {
        try? FileManager.default.removeItem(at: file)
        let ledger = try StepLedger(at: file, key: key)
        for entry in entries { try ledger.append(entry) }
    }
}
