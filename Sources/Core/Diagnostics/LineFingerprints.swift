/// Fingerprints by which code scanning services know a finding again after unrelated lines have moved
/// (`partialFingerprints.primaryLocationLineHash`).
///
/// A line's hash covers the hundred UTF-16 units from its start, blanks and tabs left out and CR counted as LF, in hex;
/// behind the colon is how many lines with the same hash there were so far.
package enum LineFingerprints {
    private static let blockSize = 100
    private static let factor: UInt64 = 37
    private static let end: UInt16 = 0xFFFF

    /// The fingerprints of the wanted lines, which count from 1.
    package static func of(_ text: String, lines wanted: Set<Int>) -> [Int: String] {
        var hash = RollingHash()
        var found: [Int: String] = [:]
        hash.take(text.utf16) { line, fingerprint in
            if wanted.contains(line) { found[line] = fingerprint }
        }
        return found
    }

    /// The fingerprint of one line that stands alone: for findings that lie in no file.
    package static func of(line: String) -> String { of(line, lines: [1])[1] ?? "" }

    private struct RollingHash {
        private var window = [UInt64](repeating: 0, count: blockSize)
        /// Which line began at each place of the window; 0 for none.
        private var starts = [Int](repeating: 0, count: blockSize)
        private var counts: [UInt64: Int] = [:]
        private var hash: UInt64 = 0
        private var index = 0
        private let firstFactor = (0..<blockSize).reduce(UInt64(1)) { product, _ in product &* factor }

        mutating func take(_ units: some Sequence<UInt16>, _ report: (Int, String) -> Void) {
            var line = 0
            var isLineStart = true
            var afterReturn = false
            func isSkipped(_ unit: UInt16) -> Bool { unit == 0x20 || unit == 0x09 || (afterReturn && unit == 0x0A) }
            func add(_ unit: UInt16, to hash: inout RollingHash) {
                if isSkipped(unit) {
                    afterReturn = false
                    return
                }
                afterReturn = unit == 0x0D
                let unit = afterReturn ? 0x0A : unit
                hash.emit(report)
                if isLineStart {
                    isLineStart = false
                    line += 1
                    hash.starts[hash.index] = line
                }
                if unit == 0x0A { isLineStart = true }
                hash.push(UInt64(unit))
            }
            for unit in units { add(unit, to: &self) }
            add(end, to: &self)
            for _ in 0..<blockSize {
                emit(report)
                push(0)
            }
        }

        private mutating func emit(_ report: (Int, String) -> Void) {
            let line = starts[index]
            guard line != 0 else { return }
            counts[hash, default: 0] += 1
            report(line, "\(String(hash, radix: 16)):\(counts[hash] ?? 1)")
            starts[index] = 0
        }

        private mutating func push(_ unit: UInt64) {
            hash = factor &* hash &+ unit &- firstFactor &* window[index]
            window[index] = unit
            index = (index + 1) % blockSize
        }
    }
}
