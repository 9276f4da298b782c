import Core

/// Whose reading of YAML's plain scalars counts.
package enum ManifestDialect: Sendable {
    /// YAML 1.1, as Go's yaml.v2 resolves it: `yes` is true and `0777` is 511.
    case kubectl
    /// As yaml.v3 does: `yes` is a string, `0777` is still 511, and a date becomes a time.
    case kustomize
}

/// Scalars as kubectl and kustomize read them.
enum ManifestScalar {
    enum Problem: Error {
        /// JSON has no such number.
        case notFinite
        case unknownTag(String)
    }

    static func value(_ scalar: YAMLScalar, _ dialect: ManifestDialect = .kubectl) throws(Problem) -> JSON {
        switch scalar.tag {
        case "tag:yaml.org,2002:str": return .string(scalar.text)
        case nil, "!": return scalar.style == .plain ? try plain(scalar.text, dialect) : .string(scalar.text)
        case "tag:yaml.org,2002:int", "tag:yaml.org,2002:float", "tag:yaml.org,2002:bool",
            "tag:yaml.org,2002:null":
            return try plain(scalar.text, dialect)
        case .some(let tag): throw .unknownTag(tag)
        }
    }

    /// A key as it becomes a member's name: `on` is the name `true`.
    static func key(_ text: String, isPlain: Bool, _ dialect: ManifestDialect) throws(Problem) -> String {
        guard isPlain else { return text }
        switch try plain(text, dialect) {
        case .bool(let flag): return String(flag)
        case .int(let number): return String(number)
        case .double(let number): return JSON.double(number).text()
        default: return text
        }
    }

    private static func plain(_ text: String, _ dialect: ManifestDialect) throws(Problem) -> JSON {
        switch text {
        case "", "~", "null", "Null", "NULL": return .null
        case "true", "True", "TRUE": return .bool(true)
        case "false", "False", "FALSE": return .bool(false)
        case "y", "Y", "yes", "Yes", "YES", "on", "On", "ON":
            return dialect == .kubectl ? .bool(true) : .string(text)
        case "n", "N", "no", "No", "NO", "off", "Off", "OFF":
            return dialect == .kubectl ? .bool(false) : .string(text)
        case ".nan", ".NaN", ".NAN", ".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF", "-.inf", "-.Inf", "-.INF":
            throw .notFinite
        default: return number(text) ?? .string(dialect == .kustomize ? timestamp(text) ?? text : text)
        }
    }

    private static func number(_ text: String) -> JSON? {
        guard let first = text.utf8.first,
            (0x30...0x39).contains(first) || first == 0x2B || first == 0x2D || first == 0x2E
        else { return nil }
        let digits = first == 0x2E ? text : text.replacing("_", with: "")
        if let integer = integer(digits) { return integer }
        guard digits.wholeMatch(of: /[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?/) != nil else { return nil }
        // Swift does not read a point without digits behind it.
        guard let value = Double(digits.replacing(/\.(?=$|[eE])/, with: "")), value.isFinite else { return nil }
        return Int64(exactly: value).map { abs(value) < 1e15 ? .int($0) : .double(value) } ?? .double(value)
    }

    /// A date as kustomize writes it: with the time of midnight.
    private static func timestamp(_ text: String) -> String? {
        guard let date = text.wholeMatch(of: /(\d{4})-(\d\d?)-(\d\d?)/) else { return nil }
        func padded(_ digits: Substring) -> String { digits.count == 1 ? "0\(digits)" : String(digits) }
        return "\(date.1)-\(padded(date.2))-\(padded(date.3))T00:00:00Z"
    }

    /// Go's `ParseInt` with base 0: `0x`, `0o`, `0b`, and a leading zero for octal.
    private static func integer(_ text: String) -> JSON? {
        var rest = Substring(text)
        let isNegative = rest.first == "-"
        if isNegative || rest.first == "+" { rest.removeFirst() }
        var radix = 10
        for (prefix, base) in [("0x", 16), ("0o", 8), ("0b", 2)] where rest.lowercased().hasPrefix(prefix) {
            radix = base
            rest = rest.dropFirst(2)
        }
        if radix == 10, rest.count > 1, rest.first == "0" {
            radix = 8
            rest = rest.dropFirst()
        }
        guard let first = rest.first, first != "+", first != "-" else { return nil }
        if let value = Int64((isNegative ? "-" : "") + rest, radix: radix) { return .int(value) }
        return isNegative ? nil : UInt64(rest, radix: radix).map { .double(Double($0)) }
    }
}
