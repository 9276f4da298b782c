/// How an ecosystem orders its versions.
enum VersionOrder: Sendable, Hashable {
    case dpkg, semantic, python, apk, rpm, maven, ruby, nuget

    /// Reads a version; nil where the text is no version of this kind: then nothing can be said about it.
    func read(_ text: String) -> OrderedVersion? {
        switch self {
        case .dpkg: DpkgVersion(text).map(OrderedVersion.dpkg)
        case .semantic: SemanticVersion(text).map(OrderedVersion.semantic)
        case .python: PythonVersion(text).map(OrderedVersion.python)
        case .apk: AlpineVersion(text).map(OrderedVersion.apk)
        case .rpm: RPMVersion(text).map(OrderedVersion.rpm)
        case .maven: MavenVersion(text).map(OrderedVersion.maven)
        case .ruby: RubyVersion(text).map(OrderedVersion.ruby)
        case .nuget: NuGetVersion(text).map(OrderedVersion.nuget)
        }
    }

    /// The order of two versions; nil where one of them is no version of this kind.
    func isLess(_ left: String, _ right: String) -> Bool? {
        guard let left = read(left), let right = read(right) else { return nil }
        return left < right
    }

    func areEqual(_ left: String, _ right: String) -> Bool {
        if left == right { return true }
        guard let left = read(left), let right = read(right) else { return false }
        return left == right
    }

    /// The order of an ecosystem of the OSV schema; nil for one that Slipway does not know.
    init?(ecosystem: Ecosystem) {
        switch ecosystem.base {
        case "Debian", "Ubuntu": self = .dpkg
        case "Alpine", "Wolfi", "Chainguard": self = .apk
        case "AlmaLinux", "Rocky Linux", "Red Hat", "SUSE", "openSUSE", "Photon OS", "Mageia", "openEuler": self = .rpm
        case "PyPI": self = .python
        case "Maven": self = .maven
        case "RubyGems": self = .ruby
        case "NuGet": self = .nuget
        case "npm", "Go", "crates.io", "SwiftURL", "Hex", "Pub", "GitHub Actions": self = .semantic
        default: return nil
        }
    }
}

/// A version that has been read; only versions of one kind are ever compared.
enum OrderedVersion: Sendable, Comparable {
    case dpkg(DpkgVersion)
    case semantic(SemanticVersion)
    case python(PythonVersion)
    case apk(AlpineVersion)
    case rpm(RPMVersion)
    case maven(MavenVersion)
    case ruby(RubyVersion)
    case nuget(NuGetVersion)

    static func < (left: Self, right: Self) -> Bool {
        switch (left, right) {
        case (.dpkg(let left), .dpkg(let right)): left < right
        case (.semantic(let left), .semantic(let right)): left < right
        case (.python(let left), .python(let right)): left < right
        case (.apk(let left), .apk(let right)): left < right
        case (.rpm(let left), .rpm(let right)): left < right
        case (.maven(let left), .maven(let right)): left < right
        case (.ruby(let left), .ruby(let right)): left < right
        case (.nuget(let left), .nuget(let right)): left < right
        default: false
        }
    }
}
