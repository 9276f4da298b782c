import Foundation

/// Reads environment variables one by one and remembers what is wrong with them, so that all of it is told at once.
struct SettingsReader {
    let environment: [String: String]
    private(set) var mistakes: [String] = []

    init(environment: [String: String]) {
        self.environment = environment
    }

    mutating func text(_ name: String, default fallback: String) -> String {
        guard let value = environment[name] else { return fallback }
        guard !value.trimmingCharacters(in: .whitespacesAndNewlines).isEmpty else {
            mistakes.append("\(name) is empty; unset it to use '\(fallback)', or give a value")
            return fallback
        }
        return value
    }

    mutating func optionalText(_ name: String) -> String? {
        guard environment[name] != nil else { return nil }
        let value = text(name, default: "")
        return value.isEmpty ? nil : value
    }

    /// Its value never shows in a message.
    mutating func secret(_ name: String, minimumLength: Int) -> String? {
        guard let value = environment[name] else { return nil }
        if value.utf8.count < minimumLength { reject("\(name) is too short; use at least \(minimumLength) characters") }
        return value
    }

    mutating func integer(_ name: String, default fallback: Int, in range: ClosedRange<Int>) -> Int {
        guard let value = environment[name] else { return fallback }
        guard let number = Int(value), range.contains(number) else {
            mistakes.append(
                "\(name) is '\(value)'; it must be a whole number from \(range.lowerBound) to \(range.upperBound)"
            )
            return fallback
        }
        return number
    }

    mutating func seconds(_ name: String, default fallback: Duration, in range: ClosedRange<Double>) -> Duration {
        guard let value = environment[name] else { return fallback }
        guard let number = Double(value), range.contains(number) else {
            mistakes.append(
                "\(name) is '\(value)'; it must be a number of seconds from \(range.lowerBound) to \(range.upperBound)"
            )
            return fallback
        }
        return .milliseconds(Int64((number * 1000).rounded()))
    }

    mutating func choice<Choice>(_ name: String, default fallback: Choice) -> Choice
    where Choice: RawRepresentable<String> & CaseIterable {
        guard let value = environment[name] else { return fallback }
        guard let choice = Choice(rawValue: value.lowercased()) else {
            let choices = Choice.allCases.map(\.rawValue).joined(separator: ", ")
            mistakes.append("\(name) is '\(value)'; it must be one of: \(choices)")
            return fallback
        }
        return choice
    }

    mutating func reject(_ mistake: String) {
        mistakes.append(mistake)
    }

    func finish() throws(ConfigurationError) {
        guard mistakes.isEmpty else { throw ConfigurationError(mistakes: mistakes) }
    }
}
