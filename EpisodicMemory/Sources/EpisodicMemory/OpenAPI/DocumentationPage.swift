/// The same document for people: `GET /docs`. It needs no script and nothing from elsewhere.
enum DocumentationPage {
    static func html(version: String) -> String {
        let operations = OpenAPIDocument.operations.map(section).joined(separator: "\n")
        let schemas = Schemas.all.map { name, schema in
            "<section id=\"\(name)\"><h3>\(name)</h3>\(table(schema))</section>"
        }.joined(separator: "\n")
        return """
            <!doctype html>
            <html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
            <title>EpisodicMemory API</title><style>
            body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem }
            code { background: #8882; padding: .1em .3em; border-radius: 3px }
            table { border-collapse: collapse; width: 100% } td, th { text-align: left; border-bottom: 1px solid #8884;
            padding: .3rem .5rem; vertical-align: top } h3 { margin-top: 2rem } :root { color-scheme: light dark }
            </style></head><body>
            <h1>EpisodicMemory \(escape(version))</h1>
            <p>What this page says to people, <a href="/openapi.json">/openapi.json</a> says to programs.</p>
            <h2>Endpoints</h2>
            \(operations)
            <h2>Bodies</h2>
            \(schemas)
            </body></html>
            """
    }

    private static func section(_ operation: Operation) -> String {
        var rows: [String] = []
        for parameter in operation.query {
            rows.append(row("query <code>\(parameter.name)</code>", description(of: parameter.schema)))
        }
        if let body = operation.body { rows.append(row("body", link(body))) }
        if let type = operation.bodyType { rows.append(row("body", "<code>\(type)</code>")) }
        for answer in operation.answers {
            let body = answer.schema.map { ": " + link($0) } ?? ""
            rows.append(row("answers <code>\(answer.status)</code>", escape(answer.description) + body))
        }
        let access =
            switch operation.access {
            case .open: "no key"
            case .tenant: "API key, where keys are configured"
            case .admin: "admin key"
            }
        return """
            <section><h3><code>\(operation.method.uppercased()) \(escape(operation.path))</code></h3>
            <p>\(escape(operation.summary)) (\(access)).</p><table>\(rows.joined())</table></section>
            """
    }

    private static func table(_ schema: JSONValue) -> String {
        let required = schema["required"]?.arrayValue ?? []
        let rows = (schema["properties"]?.objectValue ?? []).map { member in
            let mark = required.contains(.string(member.name)) ? ", required" : ""
            return row("<code>\(member.name)</code>\(mark)", description(of: member.value))
        }
        return "<table>\(rows.joined())</table>"
    }

    /// Its type and bounds, and what is said about it.
    private static func description(of schema: JSONValue) -> String {
        if let reference = schema["$ref"]?.stringValue?.split(separator: "/").last { return link(String(reference)) }
        var parts = [schema["type"]?.stringValue ?? schema["type"]?.arrayValue?.first?.stringValue ?? "anything"]
        if let items = schema["items"] { parts.append("of " + description(of: items)) }
        if let values = schema["enum"]?.arrayValue {
            parts.append("one of " + values.compactMap(\.stringValue).joined(separator: ", "))
        }
        for (name, label) in [("format", ""), ("minimum", "from "), ("maximum", "to "), ("maxLength", "at most ")] {
            guard let value = schema[name] else { continue }
            parts.append(label + (value.stringValue ?? value.text) + (name == "maxLength" ? " characters" : ""))
        }
        if let text = schema["description"]?.stringValue { parts.append("— " + escape(text)) }
        return parts.joined(separator: " ")
    }

    private static func row(_ name: String, _ text: String) -> String {
        "<tr><td>\(name)</td><td>\(text)</td></tr>"
    }

    private static func link(_ schema: String) -> String {
        "<a href=\"#\(schema)\">\(schema)</a>"
    }

    private static func escape(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
    }
}
