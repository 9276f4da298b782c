import Foundation

/// What has become of a container, as its shim writes it down: the truth that survives every other process.
struct ShimStatus: Sendable, Hashable, Codable {
    enum State: Sendable, Hashable, Codable {
        case starting
        case running(Running)
        case exited(Exit)
        /// It never ran; the message is the runtime's.
        case failed(message: String, at: Date)
    }

    struct Running: Sendable, Hashable, Codable {
        let pid: Int32
        let startedAt: Date
    }

    struct Exit: Sendable, Hashable, Codable {
        /// 128 and more for a signal, as shells and Kubernetes count.
        var code: Int32
        /// The signal that ended it.
        var signal: Int32?
        var wasOutOfMemory = false
        var startedAt: Date?
        var finishedAt: Date?
    }

    /// Nobody but this process may write the file.
    let shim: ProcessIdentity?
    var state: State

    var isFinal: Bool {
        switch state {
        case .exited, .failed: true
        case .starting, .running: false
        }
    }
}
