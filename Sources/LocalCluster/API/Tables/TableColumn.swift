import Core
import Foundation
import Kubernetes

/// One column of a table: its heading, and how a cell is made of an object.
struct TableColumn: Sendable {
    enum Format: Sendable { case text, name, integer }

    let name: String
    let format: Format
    /// Shown only with `-o wide`.
    let isWide: Bool
    let description: String
    let cell: @Sendable (KubernetesObject, TableContext) -> JSON

    init(
        _ name: String,
        format: Format = .text,
        wide isWide: Bool = false,
        _ description: String,
        _ cell: @escaping @Sendable (KubernetesObject, TableContext) -> JSON
    ) {
        self.name = name
        self.format = format
        self.isWide = isWide
        self.description = description
        self.cell = cell
    }

    var definition: JSON {
        [
            "name": .string(name), "type": format == .integer ? "integer" : "string",
            "format": format == .name ? "name" : "", "description": .string(description),
            "priority": isWide ? 1 : 0,
        ]
    }

    // MARK: Columns of many kinds

    static let name = TableColumn("Name", format: .name, "Unique within a namespace.") { object, _ in
        .string(object.name)
    }

    static let age = TableColumn("Age", "How long ago the object was created.") { object, context in
        .string(context.since(object.creationTimestamp))
    }

    /// A field as text; `<none>` where it is missing.
    static func field(_ name: String, wide: Bool = false, _ description: String, _ path: String...) -> TableColumn {
        TableColumn(name, wide: wide, description) { object, _ in
            .string(TableContext.orNone(object.json[path: path]?.string ?? ""))
        }
    }

    static func count(_ name: String, format: Format = .text, _ description: String, _ path: String...) -> TableColumn {
        TableColumn(name, format: format, description) { object, _ in
            .int(Int64(object.json[path: path]?.int ?? 0))
        }
    }
}

/// What cells need beside the object.
struct TableContext: Sendable {
    let now: Date

    func since(_ date: Date?) -> String { HumanDuration.text(since: date, now: now) }
    func since(_ text: JSON?) -> String { since(KubernetesTime.parse(text?.string)) }

    static func orNone(_ text: String) -> String { text.isEmpty ? "<none>" : text }

    /// A selector as text; `<none>` for none.
    static func selector(_ json: JSON?) -> String {
        guard let json, let selector = try? LabelSelector(object: json) else { return "<none>" }
        return orNone(selector.description)
    }

    static func list(_ json: JSON?, _ key: String) -> String {
        (json?.array ?? []).compactMap { $0[key]?.string }.joined(separator: ",")
    }
}
