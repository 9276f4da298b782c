/// A program to start: everything the child will see, nothing inherited.
struct ProcessRequest: Sendable, Codable {
    var executable: String
    var arguments: [String]
    var environment: [String: String]
    var workingDirectory: String
}

/// How a process ended.
enum ProcessEnd: Sendable, Hashable, Codable {
    case exited(Int32)
    case signalled(Int32)

    var isSuccess: Bool { self == .exited(0) }

    /// As a shell would report it: 128 and the signal for a killed process.
    var status: Int32 {
        switch self {
        case .exited(let code): code
        case .signalled(let signal): 128 + signal
        }
    }
}

/// How a process is asked to end: SIGINT, then SIGTERM, then SIGKILL, each to its whole session's group.
struct TerminationGrace: Sendable {
    var afterInterrupt: Duration
    var afterTerminate: Duration

    /// What GitHub's runner gives a cancelled step.
    static let step = TerminationGrace(afterInterrupt: .milliseconds(7500), afterTerminate: .milliseconds(2500))
}
