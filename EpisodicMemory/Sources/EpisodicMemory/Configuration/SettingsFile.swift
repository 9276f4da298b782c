import Foundation

/// A file of `NAME=VALUE` lines; `#` starts a comment, quotes around a value are left out.
enum SettingsFile {
    /// The environment on top of the file that `CONFIG_FILE` names.
    ///
    /// - Throws: `ConfigurationError` with every line that cannot be used.
    static func merge(under environment: [String: String]) throws(ConfigurationError) -> [String: String] {
        guard let path = environment["CONFIG_FILE"] else { return environment }
        guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
            throw ConfigurationError(mistakes: ["CONFIG_FILE names '\(path)', which cannot be read"])
        }
        var settings: [String: String] = [:]
        var mistakes: [String] = []
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            let line = line.trimmingCharacters(in: .whitespaces)
            guard !line.isEmpty, !line.hasPrefix("#") else { continue }
            let parts = line.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let name = parts[0].trimmingCharacters(in: .whitespaces)
            let place = "\(path):\(index + 1)"
            if parts.count < 2 {
                mistakes.append("\(place): expected NAME=VALUE")
            } else if name == "CONFIG_FILE" || !Setting.all.contains(where: { $0.name == name }) {
                mistakes.append("\(place): there is no setting '\(name)'")
            } else if settings.updateValue(unquoted(String(parts[1])), forKey: name) != nil {
                mistakes.append("\(place): \(name) is set twice")
            }
        }
        guard mistakes.isEmpty else { throw ConfigurationError(mistakes: mistakes) }
        return settings.merging(environment) { $1 }
    }

    private static func unquoted(_ text: String) -> String {
        let value = text.trimmingCharacters(in: .whitespaces)
        for quote in ["\"", "'"] where value.count >= 2 && value.hasPrefix(quote) && value.hasSuffix(quote) {
            return String(value.dropFirst().dropLast())
        }
        return value
    }
}
