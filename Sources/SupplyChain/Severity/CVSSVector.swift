/// A CVSS vector of any version in use, and the score that it stands for.
struct CVSSVector: Sendable, Hashable {
    enum Version: String, Sendable { case v2 = "2.0", v3 = "3.0", v31 = "3.1", v4 = "4.0" }

    let version: Version
    let text: String
    let metrics: [String: String]

    /// Reads a vector; nil where it is of no known version, repeats a metric or lacks one that is mandatory.
    init?(_ text: String) {
        var body = Substring(text.trimmingPrefix("(").filter { $0 != ")" })
        if let prefix = body.prefixMatch(of: /CVSS:([0-9.]+)\//) {
            guard let version = Version(rawValue: String(prefix.1)), version != .v2 else { return nil }
            self.version = version
            body = body[prefix.range.upperBound...]
        } else {
            version = .v2
        }
        var metrics: [String: String] = [:]
        for part in body.split(separator: "/", omittingEmptySubsequences: false) {
            let pair = part.split(separator: ":", omittingEmptySubsequences: false)
            guard pair.count == 2, metrics.updateValue(String(pair[1]), forKey: String(pair[0])) == nil else {
                return nil
            }
        }
        self.metrics = metrics
        self.text = text
        guard score != nil else { return nil }
    }

    /// The base score, 0.0 to 10.0; for 4.0 the score of all metrics that the vector states, as that version defines.
    var score: Double? {
        switch version {
        case .v2: CVSS2.baseScore(metrics)
        case .v3, .v31: CVSS3.baseScore(metrics)
        case .v4: CVSS4.score(metrics)
        }
    }
}
