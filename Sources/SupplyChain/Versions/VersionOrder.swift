/// How an ecosystem orders its versions.
enum VersionOrder: Sendable, Hashable {
    case dpkg, semantic, python, apk, rpm

    /// The order of two versions; nil where one of them is no version of this kind: then nothing can be said.
    func isLess(_ left: String, _ right: String) -> Bool? {
        switch self {
        case .dpkg: compare(left, right, DpkgVersion.init)
        case .semantic: compare(left, right, SemanticVersion.init)
        case .python: compare(left, right, PythonVersion.init)
        case .apk: compare(left, right, AlpineVersion.init)
        case .rpm: compare(left, right, RPMVersion.init)
        }
    }

    func areEqual(_ left: String, _ right: String) -> Bool {
        guard let less = isLess(left, right), let greater = isLess(right, left) else { return left == right }
        return !less && !greater
    }

    private func compare<Version: Comparable>(_ left: String, _ right: String, _ read: (String) -> Version?) -> Bool? {
        guard let left = read(left), let right = read(right) else { return nil }
        return left < right
    }

    /// The order of an ecosystem of the OSV schema; nil for one that Slipway does not know.
    init?(ecosystem: Ecosystem) {
        switch ecosystem.base {
        case "Debian", "Ubuntu": self = .dpkg
        case "Alpine", "Wolfi", "Chainguard": self = .apk
        case "AlmaLinux", "Rocky Linux", "Red Hat", "SUSE", "openSUSE", "Photon OS", "Mageia", "openEuler": self = .rpm
        case "PyPI": self = .python
        case "npm", "Go", "crates.io", "SwiftURL", "Hex", "Pub", "GitHub Actions": self = .semantic
        default: return nil
        }
    }
}
