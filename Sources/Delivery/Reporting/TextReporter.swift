import Core
import Foundation
import Synchronization

/// Tells a release to people: line by line, and on a terminal with a block at the bottom that shows what moves.
package final class TextReporter: ReleaseReporter {
    package struct Style: Sendable {
        /// Whether the block at the bottom may be drawn over.
        package var isLive: Bool
        package var hasColour: Bool
        /// Columns of the terminal.
        package var width: Int

        package init(isLive: Bool, hasColour: Bool, width: Int = 120) {
            self.isLive = isLive
            self.hasColour = hasColour
            self.width = width
        }
    }

    private struct State {
        /// The block at the bottom, as it stands on the screen.
        var block: [String] = []
        /// What was told last, so that nothing is told twice.
        var waiting = ""
        var summary = ""
        var pods: [String: String] = [:]
    }

    private let style: Style
    private let write: @Sendable (String) -> Void
    private let state = Mutex(State())

    /// `write` takes text as it is, line ends included.
    package init(style: Style, write: @escaping @Sendable (String) -> Void) {
        self.style = style
        self.write = write
    }

    package func report(_ event: ReleaseEvent) {
        let text = state.withLock { state in render(event, &state) }
        if !text.isEmpty { write(text) }
    }

    private func render(_ event: ReleaseEvent, _ state: inout State) -> String {
        switch event {
        case .step(let text):
            state.pods = [:]
            state.summary = ""
            return print([paint("==> \(text)", .bold)], &state, keepsBlock: false)
        case .note(let text): return print(["    \(text)"], &state)
        case .warning(let text): return print([paint("    warning: \(text)", .yellow)], &state)
        case .waiting(let text):
            guard state.waiting != text else { return "" }
            state.waiting = text
            return print(["    waiting: \(text)"], &state)
        case .plan(let writes): return print(PlanLines(writes: writes).lines.map(colouredChange), &state)
        case .progress(let progress): return style.isLive ? draw(block(progress), &state) : news(progress, &state)
        case .check(let result):
            let mark = result.passed ? paint("ok", .green) : paint("FAILED", .red)
            return print(["    \(mark) \(result.target): \(result.check) \(result.text)"], &state)
        case .watching(let figures, let window):
            let line = "    " + WatchText(figures: figures).progress(of: window)
            return style.isLive ? draw([line], &state) : print([line], &state)
        case .state(let record):
            guard record.state.isFinished || record.state == .paused else { return "" }
            return print([], &state, keepsBlock: false)
        }
    }

    /// What a rollout's progress has new, a line each.
    private func news(_ progress: RolloutProgress, _ state: inout State) -> String {
        var lines: [String] = []
        for pod in progress.pods where state.pods[pod.name] != pod.text {
            state.pods[pod.name] = pod.text
            lines.append("    pod \(pod.name): \(pod.text)")
        }
        if state.summary != progress.summary {
            state.summary = progress.summary
            lines.append("    \(progress.summary)")
        }
        return print(lines, &state)
    }

    private func block(_ progress: RolloutProgress) -> [String] {
        ["    \(progress.summary)"]
            + progress.pods.map { pod in
                let colour: Colour =
                    switch pod.state {
                    case .ready: .green
                    case .failing: .red
                    case .waiting, .starting: .yellow
                    }
                let restarts = pod.restarts > 0 ? " (\(pod.restarts) restarts)" : ""
                return "      \(paint("●", colour)) \(pod.name)  \(pod.text)\(restarts)"
            }
    }

    // MARK: - Drawing

    /// Lines that stay, above the block. A step that ends leaves its block where it is.
    private func print(_ lines: [String], _ state: inout State, keepsBlock: Bool = true) -> String {
        let text = lines.map { "\($0)\n" }.joined()
        guard style.isLive, !state.block.isEmpty else { return text }
        guard keepsBlock else {
            state.block = []
            return text
        }
        return erase(state.block) + text + state.block.map { "\($0)\n" }.joined()
    }

    private func draw(_ lines: [String], _ state: inout State) -> String {
        let cut = lines.map { Self.cut($0, to: style.width) }
        guard cut != state.block else { return "" }
        let text = erase(state.block) + cut.map { "\($0)\n" }.joined()
        state.block = cut
        return text
    }

    private func erase(_ block: [String]) -> String { block.isEmpty ? "" : "\u{1B}[\(block.count)A\u{1B}[J" }

    /// A line that wrapped could not be erased again. Colour codes take no room.
    private static func cut(_ line: String, to width: Int) -> String {
        var visible = 0
        var isCode = false
        var hasCode = false
        var result = ""
        for character in line {
            if character == "\u{1B}" { (isCode, hasCode) = (true, true) }
            if !isCode { visible += 1 }
            if visible > width - 1 { return result + (hasCode ? "\u{1B}[0m" : "") }
            result.append(character)
            if isCode, character.isLetter { isCode = false }
        }
        return result
    }

    // MARK: - Colour

    private enum Colour: String {
        case bold = "1"
        case red = "31"
        case green = "32"
        case yellow = "33"
    }

    private func paint(_ text: String, _ colour: Colour) -> String {
        style.hasColour ? "\u{1B}[\(colour.rawValue)m\(text)\u{1B}[0m" : text
    }

    private func colouredChange(_ line: String) -> String {
        if line.hasPrefix("  + ") { return paint(line, .green) }
        if line.hasPrefix("  ~ ") { return paint(line, .yellow) }
        return line
    }
}
