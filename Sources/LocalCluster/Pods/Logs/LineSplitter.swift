/// Cuts a stream of bytes into lines of bounded length.
struct LineSplitter {
    /// Longer lines are cut; containerd's limit.
    static let maximumLength = 16 << 10

    private var rest: [UInt8] = []

    /// Takes more bytes and hands out every line that is complete, or too long to wait for its end.
    mutating func add(_ bytes: some Collection<UInt8>, _ emit: (_ line: ArraySlice<UInt8>, _ isPartial: Bool) -> Void) {
        rest.append(contentsOf: bytes)
        var start = rest.startIndex
        while start < rest.endIndex {
            let window = rest[start...].prefix(Self.maximumLength)
            if let end = window.firstIndex(of: UInt8(ascii: "\n")) {
                emit(rest[start..<end], false)
                start = end + 1
            } else if window.count == Self.maximumLength {
                emit(window, true)
                start = window.endIndex
            } else {
                break
            }
        }
        rest.removeFirst(start - rest.startIndex)
    }

    /// Hands out what came after the last line feed.
    mutating func finish(_ emit: (_ line: ArraySlice<UInt8>, _ isPartial: Bool) -> Void) {
        if !rest.isEmpty { emit(rest[...], true) }
        rest = []
    }
}
