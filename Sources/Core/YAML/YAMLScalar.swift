/// A scalar as written: its text, and whether it was quoted.
package struct YAMLScalar: Sendable, Hashable {
    package enum Style: Sendable, Hashable {
        case plain, singleQuoted, doubleQuoted, literal, folded
    }

    package let text: String
    package let style: Style
    /// An explicit tag such as `tag:yaml.org,2002:str`; nil where there is none.
    package let tag: String?

    package init(_ text: String, style: Style = .plain, tag: String? = nil) {
        self.text = text
        self.style = style
        self.tag = tag
    }

    /// The typed value by the YAML 1.2 core schema (section 10.3.2): `yes` and `on` are strings.
    package var value: JSON {
        switch tag {
        case "tag:yaml.org,2002:str": return .string(text)
        case nil: if style != .plain { return .string(text) }
        default: break
        }
        switch text {
        case "", "~", "null", "Null", "NULL": return .null
        case "true", "True", "TRUE": return .bool(true)
        case "false", "False", "FALSE": return .bool(false)
        default: return number ?? .string(text)
        }
    }

    private var number: JSON? {
        guard let first = text.utf8.first else { return nil }
        guard (0x30...0x39).contains(first) || first == 0x2D || first == 0x2B || first == 0x2E else { return nil }
        if text.hasPrefix("0x") { return Int64(text.dropFirst(2), radix: 16).map(JSON.int) }
        if text.hasPrefix("0o") { return Int64(text.dropFirst(2), radix: 8).map(JSON.int) }
        if text.wholeMatch(of: /[-+]?[0-9]+/) != nil {
            return Int64(text).map(JSON.int) ?? Double(text).map(JSON.double)
        }
        if text.wholeMatch(of: /[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?/) != nil {
            // Swift reads neither "1." nor ".5e3" with a sign in every form; both are legal here.
            return Double(text.replacing(/\.(?=$|[eE])/, with: "")).map(JSON.double)
        }
        switch text.lowercased() {
        case ".inf", "+.inf": return .double(.infinity)
        case "-.inf": return .double(-.infinity)
        case ".nan": return .double(.nan)
        default: return nil
        }
    }
}
