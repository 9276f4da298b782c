/// Groups advisories that speak of the same vulnerability, through chains of aliases of any length (union-find).
struct AliasGroups {
    private var parents: [String: String] = [:]

    /// Notes an advisory with its other names.
    mutating func add(_ advisory: Advisory) {
        let names = Self.names(of: advisory)
        for name in names { join(names[0], name) }
    }

    /// All names of one vulnerability. A distribution's record counts as its vulnerability's where it is about one only:
    /// a record for several is none of them.
    static func names(of advisory: Advisory) -> [String] {
        var names = [advisory.id] + advisory.aliases
        if advisory.upstream.count == 1 { names += advisory.upstream }
        return names
    }

    private mutating func join(_ left: String, _ right: String) {
        let leftRoot = root(left)
        let rightRoot = root(right)
        // The smaller name leads, so that the order of notes does not matter.
        parents[max(leftRoot, rightRoot)] = min(leftRoot, rightRoot)
    }

    /// The name that stands for a group.
    mutating func root(_ name: String) -> String {
        var root = name
        while let parent = parents[root], parent != root { root = parent }
        // Shorten the way for the next time.
        var current = name
        while let parent = parents[current], parent != root {
            parents[current] = root
            current = parent
        }
        return root
    }

    /// The name to show: a CVE if there is one (the oldest), else a GHSA, else the smallest.
    static func bestName(_ names: Set<String>) -> String {
        func year(_ name: String) -> (Int, Int) {
            let parts = name.split(separator: "-")
            return (parts.count > 1 ? Int(parts[1]) ?? 0 : 0, parts.count > 2 ? Int(parts[2]) ?? 0 : 0)
        }
        let cves = names.filter { $0.hasPrefix("CVE-") }.sorted { year($0) < year($1) }
        return cves.first ?? names.filter { $0.hasPrefix("GHSA-") }.min() ?? names.min() ?? ""
    }
}
