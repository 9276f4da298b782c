import Core
import Foundation

/// Reads one HTTP check: a path alone, or a mapping.
struct CheckReader {
    let diagnostics: DiagnosticList

    func read(_ node: YAMLNode, name: String) -> HTTPCheck? {
        if let scalar = node.scalar, !scalar.value.isNull {
            let path = LocatedText(text: scalar.text, location: node.location)
            checkPath(path, name: name)
            return HTTPCheck(path: path.text)
        }
        let reader = SettingsReader(
            node,
            name: name,
            allowed: [
                "method", "path", "headers", "body", "status", "contains", "json", "within", "patience",
            ],
            diagnostics: diagnostics
        )
        guard node.mapping != nil, let path = reader.required("path", why: "what to ask for") else { return nil }
        checkPath(path, name: "\(name).path")
        var check = HTTPCheck(path: path.text)
        if let method = reader.text("method") { check.method = checkedMethod(method) }
        check.headers = headers(reader)
        check.body = reader.text("body")?.text
        if let statuses = reader.texts("status") { check.statuses = statuses.compactMap(status) }
        check.contains = reader.text("contains")?.text
        check.json = expectations(reader)
        check.within = reader.duration("within", atLeast: 0.001)
        if let patience = reader.duration("patience") { check.patience = patience }
        return check
    }

    func checkPath(_ path: LocatedText, name: String) {
        if !path.text.hasPrefix("/") || path.text.contains(where: \.isWhitespace) {
            diagnostics.add(
                "invalid-value",
                "\(name) must be a path that starts with \"/\", not \"\(path.text)\"",
                at: path.location
            )
        }
    }

    private func checkedMethod(_ method: LocatedText) -> String {
        let allowed = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
        let word = method.text.uppercased()
        if !allowed.contains(word) {
            diagnostics.add(
                "invalid-value",
                "\"\(method.text)\" is no HTTP method",
                at: method.location,
                help: Suggestion.help(for: word, in: allowed)
            )
        }
        return word
    }

    private func status(_ value: LocatedText) -> Int? {
        guard let status = Int(value.text), (100...599).contains(status) else {
            diagnostics.add("invalid-value", "\"\(value.text)\" is no HTTP status", at: value.location)
            return nil
        }
        return status
    }

    private func headers(_ reader: SettingsReader) -> [String: String] {
        guard let node = reader.node("headers") else { return [:] }
        guard let entries = node.mapping else {
            diagnostics.add(
                "wrong-type",
                "\(reader.name).headers must be a mapping, not \(node.kindName)",
                at: node.location
            )
            return [:]
        }
        return Dictionary(
            entries.map { ($0.key, $0.value.scalar?.text ?? "") },
            uniquingKeysWith: { _, last in last }
        )
    }

    private func expectations(_ reader: SettingsReader) -> [JSONExpectation] {
        guard let node = reader.node("json") else { return [] }
        guard let entries = node.mapping else {
            diagnostics.add(
                "wrong-type",
                "\(reader.name).json must be a mapping from paths to values, not \(node.kindName)",
                at: node.location
            )
            return []
        }
        return entries.compactMap { entry in
            guard let path = JSONPath(entry.key) else {
                diagnostics.add(
                    "invalid-value",
                    "\"\(entry.key)\" is no JSON path such as $.status or $.items[0].name",
                    at: entry.keyLocation
                )
                return nil
            }
            return JSONExpectation(path: path, value: entry.value.json)
        }
    }
}
