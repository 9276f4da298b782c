import Core
import Foundation
import Kubernetes

/// Who holds an environment: enough to name the holder to people, and to know on its own machine that it is dead.
struct LeaseHolder: Sendable, Hashable, Codable {
    var author: ReleaseAuthor
    /// Unique to this taking of the lock.
    var id: String
    var since: Date
    /// Where `author.process` is a process's number: one boot of one kernel, one process namespace. nil: unknown.
    var domain: String?
    /// When the process started, in the kernel's own count; a number is used again, number and start are not.
    var processStart: String?

    static func current(author: ReleaseAuthor, at date: Date) -> LeaseHolder {
        LeaseHolder(
            author: author,
            id: Identifier.make(at: date),
            since: date,
            domain: ProcessIdentity.domain,
            processStart: ProcessIdentity.start(of: author.process)
        )
    }

    /// The text in the Lease's `holderIdentity`.
    var identity: String { "\(author.user)@\(author.host)/\(author.process)/\(id)" }

    /// True only where it is sure: the holder's process ran here and is gone.
    var isDeadHere: Bool {
        guard let domain, let processStart, domain == ProcessIdentity.domain else { return false }
        return ProcessIdentity.start(of: author.process) != processStart
    }
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
