import Core
import Foundation

/// Who holds an environment: enough to name the holder to people, and to know on its own machine that it is dead.
///
/// All of it stands in the Lease's `holderIdentity`:
/// `alice@host (process 17, run 01h…) 01k…|5c3d…/pid:[4026531836]|123456`.
struct LeaseHolder: Sendable, Hashable {
    /// What people are told: `alice@host (process 17)`.
    let text: String
    /// Unique to this taking of the lock.
    let id: String
    let process: Int
    /// Where `process` is a process's number: one boot of one kernel, one process namespace. Empty: unknown.
    let domain: String
    /// When the process started, in the kernel's own count; a number is used again, number and start are not.
    let processStart: String

    init(author: ReleaseAuthor, at date: Date) {
        text = author.text
        id = Identifier.make(at: date)
        process = author.process
        domain = ProcessIdentity.domain ?? ""
        processStart = ProcessIdentity.start(of: author.process) ?? ""
    }

    /// Reads an identity; nil for one that Slipway did not write.
    init?(identity: String) {
        guard let match = identity.wholeMatch(of: /(.*\(process (\d+)[^)]*\)) ([0-9a-z]+)\|([^|]*)\|(\d*)/),
            let process = Int(match.2)
        else { return nil }
        text = String(match.1)
        id = String(match.3)
        self.process = process
        domain = String(match.4)
        processStart = String(match.5)
    }

    var identity: String { "\(text) \(id)|\(domain)|\(processStart)" }

    /// True only where it is sure: the holder's process ran here and is gone.
    var isDeadHere: Bool {
        guard !domain.isEmpty, !processStart.isEmpty, domain == ProcessIdentity.domain else { return false }
        return ProcessIdentity.start(of: process) != processStart
    }

    /// An identity in words, whoever wrote it.
    static func words(_ identity: String) -> String { LeaseHolder(identity: identity)?.text ?? identity }
}

/// What tells a process from every other one, on Linux.
enum ProcessIdentity {
    /// The boot and the process namespace; nil where the system does not tell.
    static let domain: String? = {
        guard let boot = text("/proc/sys/kernel/random/boot_id"),
            let namespace = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/ns/pid")
        else { return nil }
        return "\(boot)/\(namespace)"
    }()

    /// Clock ticks from boot to the process's start; nil where there is no such process. A zombie counts as gone.
    static func start(of process: Int) -> String? {
        // The second field is the program's name in parentheses and may hold anything.
        guard let stat = text("/proc/\(process)/stat"), let end = stat.lastIndex(of: ")") else { return nil }
        let fields = stat[stat.index(after: end)...].split(separator: " ")
        guard fields.count > 19, fields[0] != "Z", fields[0] != "X" else { return nil }
        return String(fields[19])
    }

    private static func text(_ path: String) -> String? {
        guard let data = FileManager.default.contents(atPath: path) else { return nil }
        return String(decoding: data, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
    }
}
