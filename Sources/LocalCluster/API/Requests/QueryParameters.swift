import Kubernetes

/// The parameters behind `?` of a request.
struct QueryParameters: Sendable {
    private let items: [(name: String, value: String)]
    /// As it was written.
    let text: String

    /// - Throws: `KubernetesStatusError` (bad request) for a malformed escape.
    init(_ text: String) throws(KubernetesStatusError) {
        self.text = text
        var items: [(name: String, value: String)] = []
        for part in text.split(separator: "&") {
            let pair = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = PercentEncoding.decode(pair[0], plusIsSpace: true),
                let value = PercentEncoding.decode(pair.count > 1 ? pair[1] : "", plusIsSpace: true)
            else { throw .badRequest("invalid query parameter: \(part)") }
            items.append((name, value))
        }
        self.items = items
    }

    subscript(_ name: String) -> String? { items.first { $0.name == name }?.value }

    func all(_ name: String) -> [String] { items.filter { $0.name == name }.map(\.value) }

    /// `true`, `1`, or the bare name, as the API takes booleans.
    func flag(_ name: String) throws(KubernetesStatusError) -> Bool {
        switch self[name] {
        case nil, "false", "0": return false
        case "", "true", "1": return true
        case .some(let value): throw .badRequest("parameter \(name): invalid boolean value \"\(value)\"")
        }
    }

    func integer(_ name: String) throws(KubernetesStatusError) -> Int? {
        guard let text = self[name], !text.isEmpty else { return nil }
        guard let number = Int(text) else { throw .badRequest("parameter \(name): invalid number \"\(text)\"") }
        return number
    }
}
