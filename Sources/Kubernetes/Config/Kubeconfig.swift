import Core
import Foundation

/// The merged content of one or several kubeconfig files.
///
/// Rules: `k8s.io/client-go/tools/clientcmd`: the first file to name a thing wins, relative files are relative to the
/// kubeconfig that names them.
package struct Kubeconfig: Sendable {
    struct Entry: Sendable {
        let name: String
        let node: YAMLNode
        /// Where relative paths start; nil where the text came from no file.
        let folder: URL?
    }

    private(set) var clusters: [String: Entry] = [:]
    private(set) var users: [String: Entry] = [:]
    private(set) var contexts: [String: Entry] = [:]
    package private(set) var currentContext: String?

    package init() {}

    /// Reads one text; `file` is how messages name it.
    ///
    /// - Throws: `DiagnosticsError` for text that is no kubeconfig.
    package init(text: String, file: String, folder: URL? = nil) throws {
        guard let root = try YAMLParser.document(text, file: file) else { return }
        guard root.mapping != nil else { throw Self.wrong("A kubeconfig is a mapping, not \(root.kindName)", root) }
        if let kind = root["kind"], kind.text != "Config" {
            throw Self.wrong("This is no kubeconfig: its kind is \"\(kind.text ?? "")\", not \"Config\"", kind)
        }
        clusters = try Self.entries(root["clusters"], inner: "cluster", folder)
        users = try Self.entries(root["users"], inner: "user", folder)
        contexts = try Self.entries(root["contexts"], inner: "context", folder)
        currentContext = root["current-context"]?.nonEmpty
    }

    /// What `other` has and this has not.
    package mutating func merge(_ other: Kubeconfig) {
        clusters.merge(other.clusters) { first, _ in first }
        users.merge(other.users) { first, _ in first }
        contexts.merge(other.contexts) { first, _ in first }
        currentContext = currentContext ?? other.currentContext
    }

    package var contextNames: [String] { contexts.keys.sorted() }
    package var isEmpty: Bool { clusters.isEmpty && contexts.isEmpty && users.isEmpty }

    private static func entries(_ node: YAMLNode?, inner: String, _ folder: URL?) throws -> [String: Entry] {
        guard let node, !node.isNull else { return [:] }
        guard let list = node.sequence else { throw wrong("This must be a list, not \(node.kindName)", node) }
        var entries: [String: Entry] = [:]
        for element in list {
            guard let name = element["name"]?.text else { throw wrong("This \(inner) has no name", element) }
            let content = element[inner] ?? YAMLNode(.mapping([]), at: element.location)
            if entries[name] == nil {
                entries[name] = Entry(name: name, node: content, folder: folder)
            }
        }
        return entries
    }

    static func wrong(_ message: String, _ node: YAMLNode, help: String? = nil) -> DiagnosticsError {
        DiagnosticsError([Diagnostic(rule: "kubeconfig", message, at: node.location, help: help)])
    }
}

extension YAMLNode {
    /// A scalar's text as written: a token that looks like a number is still a token.
    var text: String? {
        guard let scalar, !isNull else { return nil }
        return scalar.text
    }

    var nonEmpty: String? { text.flatMap { $0.isEmpty ? nil : $0 } }
    var isNull: Bool { scalar?.value.isNull ?? false }
    var flag: Bool { scalar?.value.bool ?? false }
}
