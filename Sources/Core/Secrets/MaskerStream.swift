/// Masks one stream of bytes as it passes, secrets across the borders of chunks included.
///
/// A byte is held back only while it may still turn out to be part of a secret, so memory is bounded by the longest
/// secret, not by the stream.
package struct MaskerStream: Sendable {
    private static let replacement = [UInt8]("***".utf8)

    private let masker: Masker
    private var automaton: MaskerAutomaton
    private var node: Int32 = 0
    /// Bytes read and not yet written; the first stands at offset `base` of the stream.
    private var pending: [UInt8] = []
    private var base = 0
    /// What is known to be secret in `pending` and before it: half-open, disjoint, ascending ranges of offsets.
    private var covered: [Range<Int>] = []
    /// Whether the last thing written was a replacement: what touches it joins it.
    private var wroteReplacement = false

    package init(_ masker: Masker) {
        self.masker = masker
        automaton = masker.automaton
    }

    package mutating func write(_ chunk: UnsafeBufferPointer<UInt8>, to output: inout [UInt8]) {
        adoptNewSecrets()
        guard !automaton.isEmpty else {
            output.append(contentsOf: chunk)
            return
        }
        var index = 0
        while index < chunk.count {
            if node == 0 {
                // Nothing is in the making: copy up to the next byte that can start a secret in one go.
                settle(before: base + pending.count, to: &output)
                let candidate = automaton.firstCandidate(in: chunk, from: index)
                if candidate > index {
                    output.append(contentsOf: chunk[index..<candidate])
                    base += candidate - index
                    wroteReplacement = false
                    index = candidate
                    continue
                }
            }
            read(chunk[index])
            index += 1
            if pending.count >= 2 * automaton.longestPattern {
                settle(before: base + pending.count - automaton.depth(node), to: &output)
            }
        }
        settle(before: base + pending.count - automaton.depth(node), to: &output)
    }

    package mutating func write(_ chunk: some Sequence<UInt8>, to output: inout [UInt8]) {
        if chunk.withContiguousStorageIfAvailable({ write($0, to: &output) }) == nil {
            Array(chunk).withUnsafeBufferPointer { write($0, to: &output) }
        }
    }

    /// Writes what is held back: after this no secret can begin in what was read before.
    package mutating func finish(to output: inout [UInt8]) {
        settle(before: base + pending.count, to: &output)
        node = 0
        wroteReplacement = false
    }

    /// Starts to look for secrets that were added meanwhile, in what is held back too.
    private mutating func adoptNewSecrets() {
        let current = masker.automaton
        guard current !== automaton else { return }
        automaton = current
        let held = pending
        pending = []
        node = 0
        for byte in held { read(byte) }
    }

    @inline(__always)
    private mutating func read(_ byte: UInt8) {
        pending.append(byte)
        node = automaton.next(node, byte)
        let length = automaton.matchLength(node)
        if length > 0 { cover(endingAt: base + pending.count, length: length) }
    }

    private mutating func cover(endingAt end: Int, length: Int) {
        var start = end - length
        while let last = covered.last, last.upperBound >= start {
            start = min(start, last.lowerBound)
            covered.removeLast()
        }
        covered.append(start..<end)
    }

    /// Writes everything before the offset: no secret found later can begin there.
    private mutating func settle(before limit: Int, to output: inout [UInt8]) {
        guard limit > base else { return }
        let start = base
        var offset = base
        for range in covered {
            guard range.lowerBound < limit else { break }
            if range.lowerBound > offset {
                output.append(contentsOf: pending[(offset - start)..<(range.lowerBound - start)])
                wroteReplacement = false
                offset = range.lowerBound
            }
            if range.upperBound > offset {
                if !wroteReplacement { output.append(contentsOf: Self.replacement) }
                wroteReplacement = true
                offset = min(range.upperBound, limit)
            }
        }
        if limit > offset {
            output.append(contentsOf: pending[(offset - start)..<(limit - start)])
            wroteReplacement = false
        }
        pending.removeFirst(limit - start)
        base = limit
        covered.removeAll { $0.upperBound <= limit }
    }
}
