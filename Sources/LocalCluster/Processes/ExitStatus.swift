/// What `waitpid` says about a process that has ended.
struct ExitStatus: Hashable, Sendable {
    /// The signal that ended it, if one did.
    let signal: Int32?
    /// Its own exit code, or 128 and the signal, as shells count.
    let code: Int32

    init(_ status: Int32) {
        let number = status & 0x7F
        signal = number == 0 ? nil : number
        code = number == 0 ? (status >> 8) & 0xFF : 128 + number
    }
}
