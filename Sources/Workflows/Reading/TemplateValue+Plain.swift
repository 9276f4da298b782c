internal import Core

/// Plain values of parts that the shape has already checked.
extension TemplateValue {
    /// The text of a scalar without expressions, where the value is not empty.
    var text: String? {
        guard !isNull else { return nil }
        return template?.constantText
    }

    var located: Located<String>? { text.map { Located($0, at: location) } }

    var flag: Bool? {
        if case .bool(let flag)? = template?.literal { flag } else { nil }
    }

    /// One string or several.
    var list: [Located<String>] { sequence?.compactMap(\.located) ?? located.map { [$0] } ?? [] }
}
