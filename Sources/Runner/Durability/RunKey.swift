import Core
import Crypto
import Foundation

/// The key that a run's unmasked records are sealed with.
///
/// It lies apart from what it seals (`keys/`, readable by the user alone), so that a run's folder can be copied or
/// published without giving anything away, and is deleted with the run.
struct RunKey: Sendable {
    private let key: SymmetricKey

    init(bytes: some ContiguousBytes) { key = SymmetricKey(data: bytes) }

    var bytes: [UInt8] { key.withUnsafeBytes { Array($0) } }

    static func make() -> RunKey { RunKey(key: SymmetricKey(size: .bits256)) }

    private init(key: SymmetricKey) { self.key = key }

    private static func file(_ run: String, _ state: StateDirectory) -> URL {
        state.url.appending(path: "keys/\(run)")
    }

    /// A new key, kept for the run.
    ///
    /// - Throws: `SlipwayError` (`.external`) where it cannot be written.
    static func make(for run: String, in state: StateDirectory) throws -> RunKey {
        let made = RunKey(key: SymmetricKey(size: .bits256))
        let file = file(run, state)
        do {
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(),
                withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o700]
            )
        } catch {
            throw SlipwayError(.external, "Cannot make \(file.path)", why: error.localizedDescription)
        }
        let written = FileManager.default.createFile(
            atPath: file.path,
            contents: Data(made.bytes),
            attributes: [.posixPermissions: 0o600]
        )
        guard written else { throw SlipwayError(.external, "Cannot write \(file.path)") }
        return made
    }

    /// The run's key; nil where it is gone.
    static func read(for run: String, in state: StateDirectory) -> RunKey? {
        FileManager.default.contents(atPath: file(run, state).path).flatMap { $0.count == 32 ? RunKey(bytes: $0) : nil }
    }

    static func delete(for run: String, in state: StateDirectory) {
        try? FileManager.default.removeItem(at: file(run, state))
    }

    func seal(_ data: Data) throws -> Data {
        guard let sealed = try AES.GCM.seal(data, using: key).combined else {
            throw SlipwayError(.external, "A record of the run could not be sealed")
        }
        return sealed
    }

    func open(_ data: Data) throws -> Data { try AES.GCM.open(AES.GCM.SealedBox(combined: data), using: key) }
}
