internal import Core

/// `python: [3.9, 3.10]`: YAML reads a number, and `3.10` becomes `3.1`.
struct LossyNumberRule: SiteRule {
    func check(_ site: ExpressionSite) -> [Diagnostic] {
        guard let template = site.template, template.wants == .text || template.wants == .anything,
            template.source.style == .plain, let literal = template.literal
        else { return [] }
        let written = template.source.text
        guard written != literal.text, written.first.map({ $0.isNumber || "+-.".contains($0) }) ?? false,
            !NumberText.parse(written).isNaN
        else { return [] }
        return [
            Diagnostic(
                .warning,
                rule: "lossy-number",
                "\(written) is a number in YAML and becomes \(literal.text)",
                at: template.location,
                help: "Put it in quotes: '\(written)'."
            )
        ]
    }
}
