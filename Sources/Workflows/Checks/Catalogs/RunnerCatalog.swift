/// Labels of the runners that GitHub hosts.
enum RunnerCatalog {
    static let hosted = [
        "ubuntu-latest", "ubuntu-24.04", "ubuntu-22.04", "ubuntu-24.04-arm", "ubuntu-22.04-arm", "ubuntu-slim",
        "windows-latest", "windows-2025", "windows-2022", "windows-11-arm",
        "macos-latest", "macos-26", "macos-15", "macos-14", "macos-15-intel",
        "macos-latest-large", "macos-26-large", "macos-15-large", "macos-14-large",
        "macos-latest-xlarge", "macos-26-xlarge", "macos-15-xlarge", "macos-14-xlarge",
    ]

    static let retired: [String: String] = [
        "ubuntu-20.04": "Use ubuntu-24.04.", "ubuntu-18.04": "Use ubuntu-24.04.", "ubuntu-16.04": "Use ubuntu-24.04.",
        "windows-2019": "Use windows-2025.", "windows-2016": "Use windows-2025.",
        "macos-13": "Use macos-15.", "macos-12": "Use macos-15.", "macos-11": "Use macos-15.",
        "macos-10.15": "Use macos-15.", "macos-13-large": "Use macos-15-large.",
        "macos-13-xlarge": "Use macos-15-xlarge.",
    ]

    /// Labels that a runner of one's own gets by itself.
    private static let selfHosted: Set<String> = [
        "self-hosted", "linux", "windows", "macos", "x64", "arm", "arm64", "gpu",
    ]
    private static let hostedSet = Set(hosted)

    static func isKnown(_ label: String) -> Bool { hostedSet.contains(label) || selfHosted.contains(label) }

    /// The operating system that a label stands for.
    static func system(of label: String) -> String? {
        let name = label.lowercased()
        if name.hasPrefix("ubuntu-") || name == "linux" { return "Linux" }
        if name.hasPrefix("windows-") || name == "windows" { return "Windows" }
        return name.hasPrefix("macos-") || name == "macos" ? "macOS" : nil
    }
}
