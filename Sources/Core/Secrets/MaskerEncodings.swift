internal import Foundation

/// The forms in which a secret may appear in a log.
///
/// The list is that of GitHub's runner (base64 in three alignments, JSON, URI, XML, command line, expression and
/// PowerShell escapes), wider where tools differ in how they escape.
enum MaskerEncodings {
    /// All byte patterns that give a value away: the value, each of its trimmed lines, and their encodings.
    static func patterns(of value: String) -> Set<[UInt8]> {
        guard !value.allSatisfy(\.isWhitespace) else { return [] }
        var values: Set<String> = [value]
        for line in value.split(whereSeparator: \.isNewline) {
            let trimmed = line.trimmingCharacters(in: .whitespaces)
            if !trimmed.isEmpty { values.insert(trimmed) }
        }
        var patterns: Set<[UInt8]> = []
        for value in values {
            for form in textForms(of: value) where !form.isEmpty { patterns.insert(Array(form.utf8)) }
            patterns.formUnion(base64Forms(of: Array(value.utf8)))
        }
        return patterns
    }

    private static func textForms(of value: String) -> Set<String> {
        var forms: Set<String> = [value]
        forms.formUnion(uriForms(of: value))
        forms.formUnion(jsonForms(of: value))
        forms.formUnion(xmlForms(of: value))
        forms.formUnion(shellForms(of: value))
        forms.formUnion(powerShellForms(of: value))
        forms.insert(value.replacing("'", with: "''"))
        if value.count > 8, value.hasPrefix("\""), value.hasSuffix("\"") {
            forms.insert(String(value.dropFirst().dropLast()))
        }
        return forms
    }

    // MARK: - Base64

    /// A value inside a longer base64 text begins at one of three places of a four-character group. Only the characters
    /// that the value alone decides are part of a pattern, so what stands around it cannot hide it.
    private static func base64Forms(of value: [UInt8]) -> Set<[UInt8]> {
        var forms: Set<[UInt8]> = []
        for shift in 0..<3 {
            let text = Array(Data([UInt8](repeating: 0, count: shift) + value).base64EncodedString().utf8)
            let first = (8 * shift + 5) / 6
            let decided = 8 * (shift + value.count) / 6
            let unpadded = text.firstIndex(of: UInt8(ascii: "=")) ?? text.count
            // Shorter ones would hide ordinary text; the runner hides a whole encoded value however short it is.
            if decided - first >= 4 { forms.insert(Array(text[first..<decided])) }
            if unpadded - first >= 4 || (shift == 0 && unpadded > 1) {
                forms.insert(Array(text[first..<unpadded]))
                forms.insert(Array(text[first...]))
            }
        }
        let urlSafe = forms.map { form in
            form.map { $0 == UInt8(ascii: "+") ? UInt8(ascii: "-") : $0 == UInt8(ascii: "/") ? UInt8(ascii: "_") : $0 }
        }
        return forms.union(urlSafe)
    }

    // MARK: - URI

    private static func uriForms(of value: String) -> [String] {
        let upper = percentEncoded(value, keeping: "-._~")
        let component = percentEncoded(value, keeping: "-._~!'()*")
        return [
            upper, upper.replacing("%20", with: "+"), lowercasedEscapes(upper),
            component, lowercasedEscapes(component), percentEncoded(value, keeping: "-._~!$&'()*+,;=:@/?"),
        ]
    }

    private static func percentEncoded(_ value: String, keeping kept: String) -> String {
        let kept = Set(kept.utf8)
        var result: [UInt8] = []
        for byte in value.utf8 {
            let isPlain =
                (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
            if isPlain || kept.contains(byte) {
                result.append(byte)
            } else {
                result.append(contentsOf: "%".utf8)
                result.append(contentsOf: hexadecimal(UInt32(byte), digits: 2).uppercased().utf8)
            }
        }
        return String(decoding: result, as: UTF8.self)
    }

    private static func lowercasedEscapes(_ text: String) -> String {
        text.replacing(/%[0-9A-F]{2}/) { $0.output.lowercased() }
    }

    // MARK: - JSON

    private static func jsonForms(of value: String) -> [String] {
        let plain = jsonEscaped(value, ascii: false, html: false)
        let ascii = jsonEscaped(value, ascii: true, html: false)
        return [
            plain, ascii, jsonEscaped(value, ascii: false, html: true), plain.replacing("/", with: "\\/"),
            ascii.replacing("/", with: "\\/"),
            // JSON inside JSON, as in `toJSON(toJSON(…))` and logged request bodies.
            jsonEscaped(plain, ascii: false, html: false),
        ]
    }

    private static func jsonEscaped(_ value: String, ascii: Bool, html: Bool) -> String {
        var result = ""
        for scalar in value.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\r": result += "\\r"
            case "\t": result += "\\t"
            case "\u{8}": result += "\\b"
            case "\u{C}": result += "\\f"
            case _ where html && "<>&".unicodeScalars.contains(scalar):
                result += "\\u" + hexadecimal(scalar.value, digits: 4)
            case _ where scalar.value < 0x20: result += "\\u" + hexadecimal(scalar.value, digits: 4)
            case _ where ascii && !scalar.isASCII:
                for unit in String(scalar).utf16 { result += "\\u" + hexadecimal(UInt32(unit), digits: 4) }
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    // MARK: - XML

    private static func xmlForms(of value: String) -> [String] {
        let base = value.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
        return [
            base,
            base.replacing("\"", with: "&quot;"),
            base.replacing("\"", with: "&quot;").replacing("'", with: "&apos;"),
            base.replacing("\"", with: "&quot;").replacing("'", with: "&#39;"),
            base.replacing("\"", with: "&#34;").replacing("'", with: "&#39;"),
            base.replacing("\"", with: "&quot;").replacing("'", with: "&#x27;"),
        ]
    }

    // MARK: - Shells

    private static func shellForms(of value: String) -> [String] {
        var doubleQuoted = ""
        var percentQ = ""
        for scalar in value.unicodeScalars {
            if "\"\\$`".unicodeScalars.contains(scalar) { doubleQuoted += "\\" }
            if " \"\\$`'&|;<>()*?[]{}~#!^,".unicodeScalars.contains(scalar) { percentQ += "\\" }
            doubleQuoted.unicodeScalars.append(scalar)
            percentQ.unicodeScalars.append(scalar)
        }
        let ansi = value.replacing("\\", with: "\\\\").replacing("'", with: "\\'").replacing("\n", with: "\\n")
            .replacing("\t", with: "\\t").replacing("\r", with: "\\r")
        return [
            // The inside of '…', "…", $'…', what `printf %q` and `set -x` print, and a quoted command-line argument.
            value.replacing("'", with: "'\\''"), value.replacing("'", with: "'\"'\"'"), doubleQuoted, ansi, percentQ,
            value.replacing("\\", with: "\\\\").replacing("\"", with: "\\\""), value.replacing("\"", with: "\\\""),
        ]
    }

    /// PowerShell prints the parts around `&` one by one, with colour codes between, when a secret is taken for a
    /// command.
    private static func powerShellForms(of value: String) -> [String] {
        guard value.contains("&") else { return [] }
        let head: Substring
        let tail: Substring
        if let plus = value.range(of: "&+") {
            head = value[..<plus.upperBound]
            tail = value[plus.upperBound...].dropFirst()
        } else if let last = value.lastIndex(of: "&") {
            head = value[...last]
            tail = value[value.index(after: last)...]
        } else {
            return []
        }
        return [head, tail].filter { $0.count >= 6 }.map(String.init)
    }

    private static func hexadecimal(_ value: UInt32, digits: Int) -> String {
        let text = String(value, radix: 16)
        return String(repeating: "0", count: max(0, digits - text.count)) + text
    }
}
