import Synchronization

/// Hides secrets in everything that is written: logs, summaries, outputs, names, the journal.
///
/// One masker belongs to a run; secrets are added before the first step and, by `::add-mask::`, while steps run. Each
/// value is also hidden line by line and in the encodings that tools apply (`MaskerEncodings`). What is found is
/// replaced by `***`; secrets that overlap or touch become one `***`.
package final class Masker: Sendable {
    private struct State {
        var values: Set<String> = []
        var ordered: [String] = []
        var patterns: Set<[UInt8]> = []
        var automaton = MaskerAutomaton(patterns: [])
    }

    private let state = Mutex(State())

    package init(_ secrets: some Sequence<Secret> = []) { add(secrets) }

    /// Hides one more secret from now on. Blank values are ignored: they would hide everything.
    package func add(_ secret: Secret) { add(CollectionOfOne(secret)) }

    package func add(_ secrets: some Sequence<Secret>) {
        state.withLock { state in
            var grew = false
            for secret in secrets {
                let value = secret.reveal()
                guard state.values.insert(value).inserted else { continue }
                state.ordered.append(value)
                for pattern in MaskerEncodings.patterns(of: value) where state.patterns.insert(pattern).inserted {
                    grew = true
                }
            }
            if grew { state.automaton = MaskerAutomaton(patterns: state.patterns) }
        }
    }

    /// All values that are hidden, in the order in which they were added: for another process that writes for us.
    package var values: [String] { state.withLock { $0.ordered } }

    /// Whether nothing is hidden yet.
    package var isEmpty: Bool { state.withLock { $0.patterns.isEmpty } }

    /// The text with every secret in it replaced.
    package func mask(_ text: String) -> String {
        let automaton = automaton
        guard !automaton.isEmpty else { return text }
        var text = text
        let masked: [UInt8]? = text.withUTF8 { bytes in
            guard automaton.matches(in: bytes) else { return nil }
            var stream = MaskerStream(self)
            var output: [UInt8] = []
            stream.write(bytes, to: &output)
            stream.finish(to: &output)
            return output
        }
        return masked.map { String(decoding: $0, as: UTF8.self) } ?? text
    }

    var automaton: MaskerAutomaton { state.withLock { $0.automaton } }
}
