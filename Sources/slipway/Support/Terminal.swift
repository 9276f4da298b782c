import Core
import Foundation
import Journal
import Runner

/// What the commands know of the terminal they talk to.
enum Terminal {
    /// Whether a person sees the output as it comes.
    static var isInteractive: Bool {
        isatty(STDOUT_FILENO) == 1 && ProcessInfo.processInfo.environment["TERM"] != "dumb"
    }

    static var style: TextStyle {
        TextStyle(isColored: isInteractive && ProcessInfo.processInfo.environment["NO_COLOR"]?.isEmpty != false)
    }

    static var userName: String {
        let environment = ProcessInfo.processInfo.environment
        return environment["SUDO_USER"] ?? environment["USER"] ?? environment["LOGNAME"] ?? NSUserName()
    }

    static func plainReporter(toStandardError: Bool) -> PlainReporter {
        let handle = toStandardError ? FileHandle.standardError : FileHandle.standardOutput
        return PlainReporter(style: toStandardError ? TextStyle(isColored: false) : style) { text in
            try? handle.write(contentsOf: Data(text.utf8))
        }
    }

    static func liveReporter() -> LiveReporter {
        LiveReporter(style: style, size: size) { text in
            try? FileHandle.standardOutput.write(contentsOf: Data(text.utf8))
        }
    }

    @Sendable private static func size() -> (columns: Int, rows: Int) {
        var window = winsize()
        guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &window) == 0, window.ws_col > 0 else { return (80, 24) }
        return (Int(window.ws_col), Int(window.ws_row))
    }
}

/// Asks on the terminal, one question at a time.
actor TerminalApprover: Approver {
    private let live: LiveReporter?

    init(live: LiveReporter?) { self.live = live }

    func decide(_ request: ApprovalRequest) async throws -> ApprovalDecision? {
        guard isatty(STDIN_FILENO) == 1, isatty(STDOUT_FILENO) == 1 else { return nil }
        let question =
            "Approve \(request.job) for \(request.environment) (\(request.run.ref), "
            + "\(request.run.sha.prefix(12))\(request.run.dirty ? " + local changes" : ""))? [y/N] "
        func ask() -> String? {
            print(question, terminator: "")
            fflush(nil)
            return readLine()
        }
        let answer = live.map { $0.paused(ask) } ?? ask()
        guard let answer else { return nil }
        let isApproved = ["y", "yes"].contains(answer.trimmingCharacters(in: .whitespaces).lowercased())
        return ApprovalDecision(isApproved: isApproved, by: Terminal.userName, how: "prompt")
    }
}
