/// How a line of a step's log is shown to a person.
struct LogLine: Sendable, Hashable {
    enum Kind: Sendable, Hashable {
        case plain, group, error, warning, notice, debug
        /// The end of a group shows nothing.
        case hidden
    }

    let kind: Kind
    let text: String

    private static let marks: [(String, Kind)] = [
        ("group", .group), ("endgroup", .hidden), ("error", .error), ("warning", .warning), ("notice", .notice),
        ("debug", .debug),
    ]

    init(_ line: String) {
        if line.hasPrefix("##[") {
            for (name, kind) in Self.marks where line.dropFirst(3).hasPrefix("\(name)]") {
                self.kind = kind
                text = String(line.dropFirst(name.count + 4))
                return
            }
        }
        kind = .plain
        text = line
    }

    func rendered(_ style: TextStyle) -> String? {
        switch kind {
        case .plain: text
        case .hidden: nil
        case .group: style.bold("▸ \(text)")
        case .error: style.red("Error: \(text)")
        case .warning: style.yellow("Warning: \(text)")
        case .notice: style.blue("Notice: \(text)")
        case .debug: style.dim("Debug: \(text)")
        }
    }
}

/// Colours for a terminal, or none.
package struct TextStyle: Sendable {
    package let isColored: Bool

    package init(isColored: Bool) { self.isColored = isColored }

    /// A heading between logs.
    package func title(_ text: String) -> String { bold("=== \(text)") }

    func bold(_ text: String) -> String { wrap(text, "1") }
    func dim(_ text: String) -> String { wrap(text, "2") }
    func red(_ text: String) -> String { wrap(text, "31") }
    func green(_ text: String) -> String { wrap(text, "32") }
    func yellow(_ text: String) -> String { wrap(text, "33") }
    func blue(_ text: String) -> String { wrap(text, "34") }

    private func wrap(_ text: String, _ code: String) -> String {
        isColored ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text
    }
}
