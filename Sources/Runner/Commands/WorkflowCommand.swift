import Foundation

/// A command that a step wrote to its output: `::error file=a.swift,line=3::message`.
///
/// Source of the rules: `ActionCommand` of GitHub's runner.
struct WorkflowCommand: Sendable, Hashable {
    let name: String
    /// By lower-case name: property names ignore case.
    let properties: [String: String]
    let data: String

    subscript(property: String) -> String? { properties[property] }

    /// Whether a line can hold a command at all; cheap, for the many lines that hold none.
    static func mayBePresent(in line: UnsafeBufferPointer<UInt8>) -> Bool {
        guard let start = line.baseAddress else { return false }
        var first = 0
        while first < line.count, line[first] == 0x20 || (0x09...0x0D).contains(line[first]) { first += 1 }
        if first < line.count, line[first] == UInt8(ascii: ":") { return true }
        var from = 0
        while let found = memchr(start + from, Int32(UInt8(ascii: "[")), line.count - from) {
            let index = UnsafeRawPointer(found) - UnsafeRawPointer(start)
            if index >= 2, line[index - 1] == UInt8(ascii: "#"), line[index - 2] == UInt8(ascii: "#") { return true }
            from = index + 1
        }
        return false
    }

    /// The command of a line, if its name, in lower case, is registered.
    init?(line: String, isRegistered: (String) -> Bool) {
        if let command = Self.modern(line, isRegistered) ?? Self.legacy(line, isRegistered) {
            self = command
        } else {
            return nil
        }
    }

    private init(name: String, properties: [String: String], data: String) {
        self.name = name.lowercased()
        self.properties = properties
        self.data = data
    }

    /// `::name key=value,key2=value2::data`, after leading white space.
    private static func modern(_ line: String, _ isRegistered: (String) -> Bool) -> WorkflowCommand? {
        let text = line.drop { $0.isWhitespace }
        guard text.hasPrefix("::") else { return nil }
        let body = text.dropFirst(2)
        guard let end = body.firstRange(of: "::") else { return nil }
        return parse(
            info: body[..<end.lowerBound],
            data: unescape(String(body[end.upperBound...]), extra: []),
            separator: ",",
            extra: [("%3A", ":"), ("%2C", ",")],
            isRegistered
        )
    }

    /// `##[name key=value;key2=value2]data`, anywhere in the line.
    private static func legacy(_ line: String, _ isRegistered: (String) -> Bool) -> WorkflowCommand? {
        guard let start = line.firstRange(of: "##[") else { return nil }
        let body = line[start.upperBound...]
        guard let end = body.firstIndex(of: "]") else { return nil }
        let extra = [("%3B", ";"), ("%5D", "]")]
        return parse(
            info: body[..<end],
            data: unescape(String(body[body.index(after: end)...]), extra: extra),
            separator: ";",
            extra: extra,
            isRegistered
        )
    }

    private static func parse(
        info: Substring,
        data: String,
        separator: Character,
        extra: [(String, String)],
        _ isRegistered: (String) -> Bool
    ) -> WorkflowCommand? {
        let space = info.firstIndex(of: " ")
        let name = String(info[..<(space ?? info.endIndex)])
        guard !name.isEmpty, isRegistered(name.lowercased()) else { return nil }
        var properties: [String: String] = [:]
        if let space {
            let list = info[space...].trimmingCharacters(in: .whitespaces)
            for item in list.split(separator: separator) {
                guard let equals = item.firstIndex(of: "=") else { continue }
                let key = item[..<equals].lowercased()
                let value = String(item[item.index(after: equals)...])
                if !key.isEmpty, !value.isEmpty { properties[key] = unescape(value, extra: extra) }
            }
        }
        return WorkflowCommand(name: name, properties: properties, data: data)
    }

    /// `%25` comes last, so that `%250A` is the text `%0A`.
    private static func unescape(_ text: String, extra: [(String, String)]) -> String {
        guard text.utf8.contains(UInt8(ascii: "%")) else { return text }
        var text = text.replacing("%0D", with: "\r").replacing("%0A", with: "\n")
        for (escape, character) in extra { text = text.replacing(escape, with: character) }
        return text.replacing("%25", with: "%")
    }
}
