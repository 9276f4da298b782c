import Core

/// A package's name across all tools: `pkg:type/namespace/name@version?qualifiers#subpath` (purl specification).
package struct PackageURL: Sendable, Hashable, Comparable, CustomStringConvertible {
    package let type: String
    /// Segments with `/` between them; nil where the type has none.
    package let namespace: String?
    package let name: String
    package let version: String?
    package let qualifiers: [String: String]
    package let subpath: String?

    /// Makes a purl in its canonical spelling: each type has rules for the case of its names.
    package init(
        type: String,
        namespace: String? = nil,
        name: String,
        version: String? = nil,
        qualifiers: [String: String] = [:],
        subpath: String? = nil
    ) {
        let type = type.lowercased()
        let namespace = namespace.flatMap { $0.isEmpty ? nil : $0 }
        self.type = type
        self.version = version.flatMap { $0.isEmpty ? nil : $0 }
        self.qualifiers = qualifiers.filter { !$0.value.isEmpty }
        self.subpath = subpath.flatMap { $0.isEmpty ? nil : $0 }
        switch type {
        case "pypi":
            self.namespace = namespace
            self.name = name.lowercased().replacing("_", with: "-")
        case "deb", "apk", "rpm":
            self.namespace = namespace?.lowercased()
            self.name = type == "rpm" ? name : name.lowercased()
        case "golang", "github", "bitbucket", "composer", "npm":
            self.namespace = namespace?.lowercased()
            self.name = name.lowercased()
        default:
            self.namespace = namespace
            self.name = name
        }
    }

    package var description: String {
        var text = "pkg:\(type)/"
        if let namespace {
            text += namespace.split(separator: "/").map { Self.encode(String($0)) }.joined(separator: "/") + "/"
        }
        text += Self.encode(name)
        if let version { text += "@" + Self.encode(version) }
        if !qualifiers.isEmpty {
            let pairs = qualifiers.map { ($0.key.lowercased(), $0.value) }.sorted { $0.0 < $1.0 }
            text += "?" + pairs.map { "\($0.0)=\(Self.encode($0.1))" }.joined(separator: "&")
        }
        if let subpath {
            text += "#" + subpath.split(separator: "/").map { Self.encode(String($0)) }.joined(separator: "/")
        }
        return text
    }

    package static func < (left: Self, right: Self) -> Bool { left.description < right.description }

    /// Everything but letters, digits and `.-_~:` is written as `%XX`.
    private static func encode(_ text: String) -> String {
        var encoded: [UInt8] = []
        for byte in text.utf8 {
            if byte.isDigit || byte.isLetter || ".-_~:".utf8.contains(byte) {
                encoded.append(byte)
            } else {
                let hex = String(byte, radix: 16, uppercase: true)
                encoded += Array("%\(hex.count == 1 ? "0" : "")\(hex)".utf8)
            }
        }
        return String(decoding: encoded, as: UTF8.self)
    }
}

extension PackageURL {
    /// Reads a purl, in any of the spellings that tools write.
    package init?(parsing text: String) {
        guard let colon = text.firstIndex(of: ":"), text[..<colon].lowercased() == "pkg" else { return nil }
        var rest = text[text.index(after: colon)...].drop { $0 == "/" }
        var subpath: String?
        var qualifiers: [String: String] = [:]
        var version: String?
        if let hash = rest.lastIndex(of: "#") {
            subpath = Self.decode(rest[rest.index(after: hash)...].trimming("/"))
            rest = rest[..<hash]
        }
        if let question = rest.lastIndex(of: "?") {
            for pair in rest[rest.index(after: question)...].split(separator: "&") {
                let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                guard parts.count == 2, let value = Self.decode(parts[1]) else { return nil }
                qualifiers[parts[0].lowercased()] = value
            }
            rest = rest[..<question]
        }
        if let at = rest.lastIndex(of: "@"), at > (rest.lastIndex(of: "/") ?? rest.startIndex) {
            guard let decoded = Self.decode(rest[rest.index(after: at)...]) else { return nil }
            version = decoded
            rest = rest[..<at]
        }
        let segments = rest.split(separator: "/").map { Self.decode($0) }
        guard segments.count >= 2, !segments.contains(nil) else { return nil }
        let parts = segments.compactMap { $0 }
        let type = parts[0].lowercased()
        guard type.wholeMatch(of: /[a-z][a-z0-9.+-]*/) != nil, let name = parts.last, !name.isEmpty else { return nil }
        self.init(
            type: type,
            namespace: parts.dropFirst().dropLast().joined(separator: "/"),
            name: name,
            version: version,
            qualifiers: qualifiers,
            subpath: subpath
        )
    }

    private static func decode(_ text: Substring) -> String? {
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            let digits = rest.prefix(2)
            guard digits.count == 2, let value = UInt8(String(decoding: digits, as: UTF8.self), radix: 16) else {
                return nil
            }
            bytes.append(value)
            rest = rest.dropFirst(2)
        }
        return String(validating: bytes, as: UTF8.self)
    }
}

extension Substring {
    fileprivate func trimming(_ character: Character) -> Substring {
        var text = self
        while text.first == character { text = text.dropFirst() }
        while text.last == character { text = text.dropLast() }
        return text
    }
}
