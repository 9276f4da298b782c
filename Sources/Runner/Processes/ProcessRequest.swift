/// A program to start: everything the child will see, nothing inherited.
struct ProcessRequest: Sendable {
    var executable: String
    var arguments: [String]
    var environment: [String: String]
    var workingDirectory: String
}

extension ProcessRequest: Codable {
    private enum CodingKeys: String, CodingKey {
        case executable, arguments, environment, workingDirectory
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        executable = try container.decode(String.self, forKey: .executable)
        arguments = try container.decode([String].self, forKey: .arguments)
        workingDirectory = try container.decode(String.self, forKey: .workingDirectory)
        environment = [:]
        for pair in try container.decode(String.self, forKey: .environment).split(separator: "\0") {
            let name = pair.prefix { $0 != "=" }
            environment[String(name)] = String(pair.dropFirst(name.count + 1))
        }
    }

    /// The environment is one text, as the system has it: an object of a hundred members takes far longer to write and
    /// read, and every step does both.
    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(executable, forKey: .executable)
        try container.encode(arguments, forKey: .arguments)
        try container.encode(workingDirectory, forKey: .workingDirectory)
        let text = environment.map { "\($0.key)=\($0.value)" }.joined(separator: "\0")
        try container.encode(text, forKey: .environment)
    }
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
