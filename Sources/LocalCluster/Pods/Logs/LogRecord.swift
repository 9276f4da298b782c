import Foundation
import Kubernetes

/// One line of a container's log file: when, and what.
struct LogRecord: Sendable, Hashable {
    /// As written: RFC 3339 with nanoseconds.
    let time: String
    /// The line goes on in the next record.
    let isPartial: Bool
    let text: [UInt8]

    /// Reads `TIME STREAM TAG TEXT`; nil for a line of another form.
    init?(_ line: some Collection<UInt8>) {
        let parts = line.split(separator: UInt8(ascii: " "), maxSplits: 3, omittingEmptySubsequences: false)
        guard parts.count == 4 else { return nil }
        time = String(decoding: parts[0], as: UTF8.self)
        isPartial = parts[2].elementsEqual("P".utf8)
        text = Array(parts[3])
    }

    var date: Date? { KubernetesTime.parse(time) }
}
