/// Licences as documents write them: SPDX expressions, or references to what was found.
struct LicenseExpression: Sendable, Hashable {
    /// A valid SPDX licence expression.
    let text: String
    /// What each `LicenseRef-` in it stands for.
    let references: [String: String]
    /// The one SPDX identifier that the expression consists of, if it does.
    let identifier: String?

    /// Makes an expression of all licences that were found for a package: all of them apply to some part of it.
    init?(found: [String]) {
        let parts = found.filter { !$0.isEmpty }.map(Self.read)
        guard !parts.isEmpty else { return nil }
        var references: [String: String] = [:]
        for part in parts { references.merge(part.references) { first, _ in first } }
        self.references = references
        let texts = Array(Set(parts.map(\.text))).sorted()
        text = texts.count == 1 ? texts[0] : texts.map { $0.contains(" ") ? "(\($0))" : $0 }.joined(separator: " AND ")
        identifier = texts.count == 1 && Self.identifiers.contains(texts[0]) ? texts[0] : nil
    }

    private static func read(_ found: String) -> (text: String, references: [String: String]) {
        if identifiers.contains(found) { return (found, [:]) }
        if let known = aliases[found.lowercased()] { return (known, [:]) }
        if let expression = expression(found) { return (expression, [:]) }
        // Whole licence texts occur where a name should be.
        let name = found.prefix(64).map { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == ".") ? String($0) : "-" }
        let reference = "LicenseRef-" + name.joined()
        return (reference, [reference: found])
    }

    /// `MIT OR Apache-2.0`, `GPL-2+ and BSD-3-clause`; nil where a part of it is unknown.
    private static func expression(_ found: String) -> String? {
        let spaced = found.replacing("(", with: " ( ").replacing(")", with: " ) ").replacing("/", with: " OR ")
        let words = spaced.split(separator: " ").map(String.init)
        guard words.count > 1, words.count < 40 else { return nil }
        var result: [String] = []
        var expectsLicense = true
        var depth = 0
        for word in words {
            switch word.lowercased() {
            case "(" where expectsLicense:
                depth += 1
                result.append("(")
            case ")" where !expectsLicense && depth > 0:
                depth -= 1
                result.append(")")
            case "and",
                "or" where !expectsLicense:
                guard !expectsLicense else { return nil }
                result.append(word.uppercased())
                expectsLicense = true
            case let other where expectsLicense:
                guard let known = identifiers.contains(word) ? word : aliases[other] else { return nil }
                result.append(known)
                expectsLicense = false
            default: return nil
            }
        }
        guard depth == 0, !expectsLicense else { return nil }
        return result.joined(separator: " ").replacing("( ", with: "(").replacing(" )", with: ")")
    }

    /// Licences that occur often; anything else is kept by reference.
    private static let identifiers: Set<String> = [
        "0BSD", "AFL-2.1", "AGPL-3.0-only", "AGPL-3.0-or-later", "Apache-1.1", "Apache-2.0", "Artistic-1.0",
        "Artistic-1.0-Perl", "Artistic-2.0", "BlueOak-1.0.0", "BSD-1-Clause", "BSD-2-Clause", "BSD-3-Clause",
        "BSD-4-Clause", "BSL-1.0", "CC-BY-3.0", "CC-BY-4.0", "CC-BY-SA-3.0", "CC-BY-SA-4.0", "CC0-1.0", "CDDL-1.0",
        "EPL-1.0", "EPL-2.0", "FSFAP", "FSFUL", "FSFULLR", "FTL", "GFDL-1.2-or-later", "GFDL-1.3-only",
        "GFDL-1.3-or-later", "GPL-1.0-only", "GPL-1.0-or-later", "GPL-2.0-only", "GPL-2.0-or-later", "GPL-3.0-only",
        "GPL-3.0-or-later", "HPND", "ICU", "IJG", "ISC", "LGPL-2.0-only", "LGPL-2.0-or-later", "LGPL-2.1-only",
        "LGPL-2.1-or-later", "LGPL-3.0-only", "LGPL-3.0-or-later", "Libpng", "MIT", "MIT-0", "MPL-1.1", "MPL-2.0",
        "NCSA", "OFL-1.1", "OLDAP-2.8", "OpenSSL", "PostgreSQL", "PSF-2.0", "Python-2.0", "Ruby", "SISSL",
        "Unicode-3.0",
        "Unicode-DFS-2016", "Unlicense", "Vim", "W3C", "WTFPL", "X11", "Zlib", "ZPL-2.1", "bzip2-1.0.6", "curl",
    ]

    /// Debian's short names and what people write, in lower case.
    private static let aliases: [String: String] = [
        "gpl-1": "GPL-1.0-only", "gpl-1+": "GPL-1.0-or-later", "gpl-2": "GPL-2.0-only", "gpl-2+": "GPL-2.0-or-later",
        "gpl-2.0": "GPL-2.0-only", "gpl-2.0+": "GPL-2.0-or-later", "gpl-3": "GPL-3.0-only",
        "gpl-3+": "GPL-3.0-or-later", "gpl-3.0": "GPL-3.0-only", "gpl-3.0+": "GPL-3.0-or-later",
        "lgpl-2": "LGPL-2.0-only", "lgpl-2+": "LGPL-2.0-or-later", "lgpl-2.0": "LGPL-2.0-only",
        "lgpl-2.0+": "LGPL-2.0-or-later", "lgpl-2.1": "LGPL-2.1-only", "lgpl-2.1+": "LGPL-2.1-or-later",
        "lgpl-3": "LGPL-3.0-only", "lgpl-3+": "LGPL-3.0-or-later", "lgpl-3.0": "LGPL-3.0-only",
        "lgpl-3.0+": "LGPL-3.0-or-later", "agpl-3": "AGPL-3.0-only", "agpl-3+": "AGPL-3.0-or-later",
        "gfdl-1.2+": "GFDL-1.2-or-later", "gfdl-1.3": "GFDL-1.3-only", "gfdl-1.3+": "GFDL-1.3-or-later",
        "expat": "MIT", "mit license": "MIT", "the mit license": "MIT", "mit": "MIT", "bsd-2-clause": "BSD-2-Clause",
        "bsd-3-clause": "BSD-3-Clause", "bsd-4-clause": "BSD-4-Clause", "bsd-2": "BSD-2-Clause",
        "bsd-3": "BSD-3-Clause", "3-clause bsd": "BSD-3-Clause", "apache-2.0": "Apache-2.0", "apache-2": "Apache-2.0",
        "apache 2.0": "Apache-2.0", "apache license 2.0": "Apache-2.0", "apache license, version 2.0": "Apache-2.0",
        "apache software license": "Apache-2.0", "isc": "ISC", "isc license (iscl)": "ISC", "zlib": "Zlib",
        "mpl-2.0": "MPL-2.0", "mpl-1.1": "MPL-1.1", "artistic": "Artistic-1.0-Perl", "artistic-2": "Artistic-2.0",
        "openssl": "OpenSSL", "psf": "PSF-2.0", "psf-2": "PSF-2.0", "unlicense": "Unlicense", "cc0": "CC0-1.0",
        "cc0-1.0": "CC0-1.0", "curl": "curl", "boost-1.0": "BSL-1.0", "bsl-1.0": "BSL-1.0",
    ]
}
