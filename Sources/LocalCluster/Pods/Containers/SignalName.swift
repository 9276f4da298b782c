import Foundation

/// Signals by the names that images and people use.
enum SignalName {
    private static let names: [String: Int32] = [
        "HUP": SIGHUP, "INT": SIGINT, "QUIT": SIGQUIT, "ABRT": SIGABRT, "KILL": SIGKILL, "USR1": SIGUSR1,
        "USR2": SIGUSR2, "PIPE": SIGPIPE, "ALRM": SIGALRM, "TERM": SIGTERM, "CONT": SIGCONT, "STOP": SIGSTOP,
        "WINCH": SIGWINCH,
    ]

    /// `SIGTERM`, `TERM` or `15`; nil for anything else.
    static func number(of name: String) -> Int32? {
        if let number = Int32(name) { return (1...64).contains(number) ? number : nil }
        let upper = name.uppercased()
        if let number = names[upper.hasPrefix("SIG") ? String(upper.dropFirst(3)) : upper] { return number }
        // Real-time signals: init systems in containers are stopped with SIGRTMIN+3.
        guard let match = upper.wholeMatch(of: /(?:SIG)?RTMIN(?:\+(\d{1,2}))?/) else { return nil }
        let number = 34 + (match.1.flatMap { Int32($0) } ?? 0)
        return number <= 64 ? number : nil
    }
}
