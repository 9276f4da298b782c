internal import Core

/// A script of a step, made ready for a linter that knows nothing of workflows.
package struct ShellScript: Sendable {
    package enum Dialect: String, Sendable {
        case bash, sh
    }

    package let dialect: Dialect
    private let template: Template

    private init(_ template: Template, _ dialect: Dialect) {
        self.template = template
        self.dialect = dialect
    }

    /// The script of a step that runs in bash or sh; nil for any other.
    init?(_ step: WorkflowStep, defaults: [RunDefaults?]) {
        guard let run = step.run else { return nil }
        let shell = run.shell ?? defaults.lazy.compactMap { $0?.shell }.first
        let words = (shell.map { $0.constantText ?? "" } ?? "bash").split(separator: " ")
        guard let name = words.first.map(String.init), let dialect = Dialect(rawValue: name) else { return nil }
        self.init(run.script, dialect)
    }

    /// The lines before the script: the dialect, and how GitHub starts the shell.
    private var header: String { "# shellcheck shell=\(dialect.rawValue)\nset -e\n" }
    private static let headerLines = 2

    /// The script with `_` in the place of each character of `${{ }}`, so that positions stay what they are.
    package var text: String {
        var bytes = Array(template.text.utf8)
        for piece in TemplateParser.split(template.text).pieces where piece.isExpression {
            let range = (piece.offset - 3)..<(piece.offset + piece.text.utf8.count + 2)
            for index in range where bytes[index] != UInt8(ascii: "\n") { bytes[index] = UInt8(ascii: "_") }
        }
        return header + String(decoding: bytes, as: UTF8.self)
    }

    /// The place in the workflow of a place in `text`, both counted from 1.
    func location(line: Int, column: Int) -> SourceLocation {
        let lines = template.text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        let index = line - 1 - Self.headerLines
        guard lines.indices.contains(index) else { return template.location }
        let before = lines[..<index].reduce(0) { $0 + $1.count + 1 }
        let inLine = String(decoding: Array(lines[index]), as: UTF8.self).unicodeScalars.prefix(column - 1)
        return template.source.location(at: before + inLine.reduce(0) { $0 + UTF8.width($1) })
    }
}

extension Workflow {
    /// The scripts of all steps that run in bash or sh.
    package var shellScripts: [ShellScript] {
        jobs.flatMap { job in
            job.allSteps.compactMap { ShellScript($0, defaults: [job.stepsBody?.defaults, defaults]) }
        }
    }
}

extension ActionMetadata {
    /// The scripts of all steps that run in bash or sh.
    package var shellScripts: [ShellScript] {
        guard case .composite(let steps) = runs else { return [] }
        return steps.compactMap { ShellScript($0, defaults: []) }
    }
}

extension UTF8 {
    fileprivate static func width(_ scalar: Unicode.Scalar) -> Int { String(scalar).utf8.count }
}
