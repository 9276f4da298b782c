/// What labels, names and namespaces may look like (`k8s.io/apimachinery/pkg/util/validation`).
package enum LabelSyntax {
    /// An optional DNS prefix with `/`, and a name of at most 63 characters.
    package static func isKey(_ key: String) -> Bool {
        let parts = key.split(separator: "/", omittingEmptySubsequences: false)
        guard let name = parts.last, parts.count <= 2, isName(name) else { return false }
        return parts.count == 1 || isSubdomain(String(parts[0]))
    }

    /// At most 63 characters; may be empty.
    package static func isValue(_ value: String) -> Bool {
        value.isEmpty || isName(Substring(value))
    }

    /// A DNS-1123 label: what namespaces and containers are called.
    package static func isDNSLabel(_ text: String) -> Bool {
        text.utf8.count <= 63 && text.wholeMatch(of: /[a-z0-9]([-a-z0-9]*[a-z0-9])?/) != nil
    }

    /// A DNS-1123 subdomain: what most objects are called.
    package static func isSubdomain(_ text: String) -> Bool {
        text.utf8.count <= 253
            && text.wholeMatch(of: /[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*/) != nil
    }

    private static func isName(_ text: Substring) -> Bool {
        text.utf8.count <= 63 && text.wholeMatch(of: /[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?/) != nil
    }
}
