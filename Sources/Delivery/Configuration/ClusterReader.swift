import Core

/// Reads `cluster`: `local`, or where a kubeconfig comes from.
struct ClusterReader {
    let diagnostics: DiagnosticList

    /// Without the key, the local cluster.
    func read(_ node: YAMLNode?, in environment: SettingsReader) -> ClusterChoice? {
        guard let node else { return .local }
        return choice(node, name: "\(environment.name).cluster")
    }

    private func choice(_ node: YAMLNode, name: String) -> ClusterChoice? {
        if let text = node.scalar?.text {
            if text == "local" { return .local }
            diagnostics.add(
                "invalid-value",
                "\(name) must be \"local\" or a mapping, not \"\(text)\"",
                at: node.location,
                help: "For a context of your kubeconfig write {context: \(text.isEmpty ? "NAME" : text)}."
            )
            return nil
        }
        let reader = SettingsReader(
            node,
            name: name,
            allowed: ["context", "kubeconfig-env", "otherwise"],
            diagnostics: diagnostics
        )
        guard node.mapping != nil else { return nil }
        let context = reader.text("context")?.text
        let otherwise = reader.node("otherwise").flatMap { choice($0, name: "\(name).otherwise") }
        if let variable = reader.text("kubeconfig-env") {
            guard variable.text.wholeMatch(of: /[A-Za-z_][A-Za-z0-9_]*/) != nil else {
                diagnostics.add(
                    "invalid-value",
                    "\"\(variable.text)\" is no name of an environment variable",
                    at: variable.location
                )
                return nil
            }
            return .variable(variable.text, context: context, otherwise: otherwise)
        }
        if reader.has("otherwise") {
            diagnostics.add(
                "invalid-value",
                "\(name).otherwise has a meaning only beside kubeconfig-env",
                at: node.location
            )
        }
        if context == nil {
            diagnostics.add("missing-key", "\(name) needs \"context\" or \"kubeconfig-env\"", at: node.location)
            return nil
        }
        return .kubeconfig(context: context)
    }
}
