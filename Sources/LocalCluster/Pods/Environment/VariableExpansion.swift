/// Kubernetes' `$(NAME)` in commands, arguments and values (`k8s.io/kubernetes/third_party/forked/golang/expansion`).
enum VariableExpansion {
    /// Replaces each `$(NAME)` that is known; `$$` is a dollar sign, and unknown names stay as they are.
    static func expand(_ text: String, _ variables: [String: String]) -> String {
        var result = ""
        var rest = Substring(text)
        while let dollar = rest.firstIndex(of: "$") {
            result += rest[..<dollar]
            rest = rest[rest.index(after: dollar)...]
            switch rest.first {
            case "$":
                result += "$"
                rest = rest.dropFirst()
            case "(":
                guard let end = rest.firstIndex(of: ")") else {
                    result += "$("
                    rest = rest.dropFirst()
                    continue
                }
                let name = String(rest[rest.index(after: rest.startIndex)..<end])
                result += variables[name] ?? "$(\(name))"
                rest = rest[rest.index(after: end)...]
            default: result += "$"
            }
        }
        return result + rest
    }
}
