/// The Linux distribution of a root file system, by its `os-release` file.
struct Distribution: Sendable, Hashable {
    /// `debian`, `ubuntu`, `alpine`.
    let id: String
    /// `12`, `22.04`, `3.20.1`; nil where the file names none (Debian's testing and unstable).
    let version: String?

    init(id: String, version: String?) {
        self.id = id
        self.version = version
    }

    /// Reads `NAME=value` lines with shell quoting.
    init?(osRelease text: String) {
        var values: [String: String] = [:]
        for line in text.split(separator: "\n") {
            let parts = line.split(separator: "=", maxSplits: 1).map(String.init)
            guard parts.count == 2, !parts[0].hasPrefix("#") else { continue }
            var value = parts[1]
            if value.count >= 2, let quote = value.first, quote == value.last, quote == "\"" || quote == "'" {
                value = String(value.dropFirst().dropLast())
            }
            values[parts[0]] = value
        }
        guard let id = values["ID"] else { return nil }
        self.init(id: id.lowercased(), version: values["VERSION_ID"])
    }

    /// What purls call it: `debian-12`.
    var qualifier: String { id + (version.map { "-\($0)" } ?? "") }

    /// Reads `debian-12`.
    init?(qualifier: String) {
        let parts = qualifier.split(separator: "-", maxSplits: 1).map(String.init)
        guard let id = parts.first else { return nil }
        self.init(id: id.lowercased(), version: parts.count == 2 ? parts[1] : nil)
    }

    /// What the OSV schema calls it; nil for one that OSV has no data for.
    var ecosystem: Ecosystem? {
        switch id {
        case "debian": Ecosystem("Debian", release: version)
        case "ubuntu": Ecosystem("Ubuntu", release: version)
        case "alpine":
            // OSV counts by branch: 3.20.1 is v3.20.
            Ecosystem(
                "Alpine",
                release: version.map { "v" + $0.split(separator: ".").prefix(2).joined(separator: ".") }
            )
        case "wolfi": Ecosystem("Wolfi")
        case "chainguard": Ecosystem("Chainguard")
        case "almalinux": Ecosystem("AlmaLinux", release: major)
        case "rocky": Ecosystem("Rocky Linux", release: major)
        case "mageia": Ecosystem("Mageia", release: major)
        case "photon": Ecosystem("Photon OS", release: version)
        case "opensuse-leap": Ecosystem("openSUSE", release: version.map { "Leap \($0)" })
        case "opensuse-tumbleweed": Ecosystem("openSUSE", release: "Tumbleweed")
        case "openeuler": Ecosystem("openEuler", release: version)
        default: nil
        }
    }

    private var major: String? { version?.split(separator: ".").first.map(String.init) }

    /// Whether advisories name source packages; some distributions' name what is installed.
    var advisoriesNameSources: Bool { !["almalinux", "photon"].contains(id) }
}
