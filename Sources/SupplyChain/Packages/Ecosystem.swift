import Foundation

/// An ecosystem of the OSV schema: where a package's name and version have their meaning (`PyPI`, `Debian:12`).
package struct Ecosystem: Sendable, Hashable, Comparable, CustomStringConvertible {
    package let base: String
    /// The release of a distribution, such as `12` or `v3.20`; part of the ecosystem's identity.
    package let release: String?

    package init(_ base: String, release: String? = nil) {
        self.base = base
        self.release = release
    }

    package init(parsing text: String) {
        let parts = text.split(separator: ":", maxSplits: 1)
        base = parts.first.map(String.init) ?? text
        release = parts.count == 2 ? String(parts[1]) : nil
    }

    package var description: String { base + (release.map { ":\($0)" } ?? "") }

    package static func < (left: Self, right: Self) -> Bool { left.description < right.description }

    /// Whether an advisory for `advisory` concerns a package of this ecosystem. One that names no release concerns all
    /// of them; Ubuntu writes long-term releases as `22.04:LTS`, and its paid ones (`Pro:…`) are releases of their own.
    package func isConcerned(by advisory: Ecosystem) -> Bool {
        guard base == advisory.base else { return false }
        guard let theirs = advisory.release else { return true }
        guard let ours = release else { return false }
        func plain(_ text: String) -> Substring { text.hasSuffix(":LTS") ? text.dropLast(4) : text[...] }
        return plain(ours) == plain(theirs)
    }

    /// A package's name as advisories spell it, for comparing.
    package func normalize(_ name: String) -> String {
        switch base {
        case "PyPI": name.lowercased().replacing(/[-_.]+/, with: "-")
        case "SwiftURL": Self.swiftName(name)
        case "NuGet", "Packagist": name.lowercased()
        default: name
        }
    }

    /// `host/owner/name` of a Swift package's address: `https://`, `git@host:`, `.git` and letters' case mean nothing.
    package static func swiftName(_ address: String) -> String {
        var rest = Substring(address)
        if let scheme = rest.range(of: "://") { rest = rest[scheme.upperBound...] }
        if let at = rest.firstIndex(of: "@"), !rest[..<at].contains("/") { rest = rest[rest.index(after: at)...] }
        var name = String(rest)
        if let colon = name.firstIndex(of: ":"), !name[..<colon].contains("/") {
            let behind = name[name.index(after: colon)...]
            // A number is a port; anything else is the path of scp's form.
            let port = behind.prefix { $0.isNumber }
            let isPort = !port.isEmpty && behind.dropFirst(port.count).first == "/"
            name = name[..<colon] + "/" + (isPort ? behind.dropFirst(port.count) : behind).drop { $0 == "/" }
        }
        while name.hasSuffix("/") { name.removeLast() }
        if name.hasSuffix(".git") { name.removeLast(4) }
        return name.lowercased()
    }
}
