/// One thing that is wrong with a request, and where.
package struct FieldProblem: Sendable, Equatable {
    /// The member's path, such as `tags[3]`.
    package let field: String
    package let message: String
}

/// Takes the members of a JSON object one by one and gathers every problem, so that a client learns of all at once.
struct FieldReader {
    private let members: [JSONValue.Member]
    private var known: [String] = []
    private(set) var problems: [FieldProblem] = []

    init(_ members: [JSONValue.Member]) {
        self.members = members
    }

    /// The member `name`; null counts as absent.
    mutating func value(_ name: String) -> JSONValue? {
        known.append(name)
        guard let value = members.first(where: { $0.name == name })?.value, value != .null else { return nil }
        return value
    }

    mutating func requiredString(_ name: String, maximum: Int) -> String {
        guard let text = optionalString(name, maximum: maximum) else {
            if !problems.contains(where: { $0.field == name }) { reject(name, "is required") }
            return ""
        }
        if text.utf8.allSatisfy({ $0 <= 0x20 }) { reject(name, "must not be blank") }
        return text
    }

    mutating func optionalString(_ name: String, maximum: Int) -> String? {
        guard let value = value(name) else { return nil }
        return string(value, at: name, maximum: maximum)
    }

    mutating func strings(_ name: String, maximumCount: Int, maximum: Int) -> [String] {
        guard let value = value(name) else { return [] }
        guard let elements = value.arrayValue else {
            reject(name, "must be an array of strings, not \(value.kind)")
            return []
        }
        guard elements.count <= maximumCount else {
            reject(name, "has \(elements.count) elements; at most \(maximumCount) are allowed")
            return []
        }
        return elements.enumerated().compactMap { index, element in
            string(element, at: "\(name)[\(index)]", maximum: maximum)
        }
    }

    mutating func integer(_ name: String, default fallback: Int, in range: ClosedRange<Int>) -> Int {
        guard let value = value(name) else { return fallback }
        // JSON Schema takes 10.0 for a whole number too.
        guard let number = value.integerValue ?? value.doubleValue.flatMap(Int.init(exactly:)), range.contains(number)
        else {
            reject(name, "must be a whole number from \(range.lowerBound) to \(range.upperBound)")
            return fallback
        }
        return number
    }

    mutating func optionalInteger(_ name: String, in range: ClosedRange<Int>) -> Int? {
        guard value(name) != nil else { return nil }
        return integer(name, default: range.lowerBound, in: range)
    }

    mutating func number(_ name: String, default fallback: Double, in range: ClosedRange<Double>) -> Double {
        guard let value = value(name) else { return fallback }
        guard let number = value.doubleValue, range.contains(number) else {
            reject(name, "must be a number from \(range.lowerBound) to \(range.upperBound)")
            return fallback
        }
        return number
    }

    mutating func bool(_ name: String) -> Bool? {
        guard let value = value(name) else { return nil }
        guard let flag = value.boolValue else {
            reject(name, "must be true or false, not \(value.kind)")
            return nil
        }
        return flag
    }

    mutating func choice<Choice>(_ name: String) -> Choice? where Choice: RawRepresentable<String> & CaseIterable {
        guard let value = value(name) else { return nil }
        guard let choice = value.stringValue.flatMap(Choice.init(rawValue:)) else {
            reject(name, "must be one of: \(Choice.allCases.map(\.rawValue).joined(separator: ", "))")
            return nil
        }
        return choice
    }

    mutating func object(_ name: String, maximumBytes: Int) -> [JSONValue.Member] {
        guard let value = value(name) else { return [] }
        guard let members = value.objectValue else {
            reject(name, "must be an object, not \(value.kind)")
            return []
        }
        guard value.text.utf8.count <= maximumBytes else {
            reject(name, "is longer than \(maximumBytes) bytes")
            return []
        }
        return members
    }

    mutating func reject(_ field: String, _ message: String) {
        problems.append(.init(field: field, message: message))
    }

    /// - Throws: `APIError` with every problem, members nobody asked for included.
    mutating func finish() throws(APIError) {
        for (index, member) in members.enumerated() where members[..<index].contains(where: { $0.name == member.name })
        {
            reject(member.name, "is given more than once")
        }
        for member in members where !known.contains(member.name) {
            reject(member.name, "is not a member of this request; known are: \(known.sorted().joined(separator: ", "))")
        }
        guard problems.isEmpty else { throw .invalid(problems) }
    }

    /// Lengths are counted in characters of Unicode (scalars), as JSON Schema counts them.
    private mutating func string(_ value: JSONValue, at path: String, maximum: Int) -> String? {
        guard let text = value.stringValue else {
            reject(path, "must be a string, not \(value.kind)")
            return nil
        }
        guard text.utf8.count <= maximum || text.unicodeScalars.count <= maximum else {
            reject(path, "is longer than \(maximum) characters")
            return nil
        }
        guard !text.utf8.contains(0) else {
            reject(path, "must not contain the character U+0000")
            return nil
        }
        return text
    }
}
