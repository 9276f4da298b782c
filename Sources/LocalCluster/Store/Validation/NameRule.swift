import Core
import Kubernetes

/// What an object of a kind may be called.
enum NameRule: Sendable {
    /// Most kinds.
    case subdomain
    /// Namespaces.
    case label
    /// Services, whose names become DNS labels that must begin with a letter.
    case serviceLabel
    /// Roles and bindings: anything that can stand in a path.
    case pathSegment

    /// What is wrong with a name; nil where nothing is.
    func problem(with name: String) -> String? {
        switch self {
        case .subdomain:
            if name.utf8.count > 253 { return "must be no more than 253 bytes" }
            return LabelSyntax.isSubdomain(name) ? nil : Self.subdomainText
        case .label:
            if name.utf8.count > 63 { return "must be no more than 63 bytes" }
            return LabelSyntax.isDNSLabel(name) ? nil : Self.labelText
        case .serviceLabel:
            if name.utf8.count > 63 { return "must be no more than 63 bytes" }
            return name.wholeMatch(of: /[a-z]([-a-z0-9]*[a-z0-9])?/) == nil ? Self.serviceLabelText : nil
        case .pathSegment:
            if name == "." || name == ".." { return "may not be '\(name)'" }
            return name.first { $0 == "/" || $0 == "%" }.map { "may not contain '\($0)'" }
        }
    }

    static let subdomainText =
        "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start "
        + "and end with an alphanumeric character (e.g. 'example.com', regex used for validation is "
        + "'[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"
    static let labelText =
        "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end "
        + "with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is "
        + "'[a-z0-9]([-a-z0-9]*[a-z0-9])?')"
    static let serviceLabelText =
        "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic "
        + "character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for "
        + "validation is '[a-z]([-a-z0-9]*[a-z0-9])?')"
}
