/// The Prometheus text exposition format, as far as counting requests needs it.
///
/// Source: "Exposition formats" of the Prometheus documentation; an OpenMetrics exemplar behind a value is ignored.
enum PrometheusText {
    /// One sample: the value of one combination of labels.
    struct Sample: Sendable, Hashable {
        let labels: [String: String]
        let value: Double
    }

    /// What a scrape says about one metric.
    struct Family: Sendable, Hashable {
        /// The metric was named, by a sample or by a `# TYPE` line: a counter nobody has touched yet has no samples.
        var declared = false
        var samples: [Sample] = []
    }

    /// All samples of `metric`. A line that cannot be read is skipped, as Prometheus skips none: see `unreadable`.
    static func family(_ metric: String, in text: String) -> (family: Family, unreadable: Int) {
        var family = Family()
        var unreadable = 0
        // OpenMetrics declares a counter without the `_total` that its samples carry.
        let base = metric.hasSuffix("_total") ? String(metric.dropLast("_total".count)) : metric
        for line in text.utf8.split(whereSeparator: { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") }) {
            if line.first == UInt8(ascii: "#") {
                let words = line.split(separator: UInt8(ascii: " ")).prefix(3).map { String(Substring($0)) }
                if words.count == 3, words[1] == "TYPE", words[2] == metric || words[2] == base {
                    family.declared = true
                }
                continue
            }
            guard line.starts(with: metric.utf8) else { continue }
            let rest = line.dropFirst(metric.utf8.count)
            guard let next = rest.first, next == UInt8(ascii: "{") || isBlank(next) else { continue }
            if let sample = sample(in: rest) {
                family.declared = true
                family.samples.append(sample)
            } else {
                unreadable += 1
            }
        }
        return (family, unreadable)
    }

    /// Reads `{label="value",…} 12 [timestamp]`.
    private static func sample(in text: Substring.UTF8View) -> Sample? {
        var rest = text
        var labels: [String: String] = [:]
        if rest.first == UInt8(ascii: "{") {
            rest = rest.dropFirst()
            while true {
                rest = rest.drop { isBlank($0) || $0 == UInt8(ascii: ",") }
                guard let first = rest.first else { return nil }
                if first == UInt8(ascii: "}") {
                    rest = rest.dropFirst()
                    break
                }
                guard let equals = rest.firstIndex(of: UInt8(ascii: "=")) else { return nil }
                let name = String(Substring(rest[..<equals])).filter { !$0.isWhitespace }
                rest = rest[equals...].dropFirst().drop(while: isBlank)
                guard let value = quoted(&rest) else { return nil }
                labels[name] = value
            }
        }
        let words = rest.split(whereSeparator: isBlank)
        guard let first = words.first, let value = number(String(Substring(first))) else { return nil }
        return Sample(labels: labels, value: value)
    }

    /// A quoted label value with its escapes `\\`, `\"` and `\n` undone.
    private static func quoted(_ rest: inout Substring.UTF8View) -> String? {
        guard rest.first == UInt8(ascii: "\"") else { return nil }
        rest = rest.dropFirst()
        var bytes: [UInt8] = []
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "\""): return String(decoding: bytes, as: UTF8.self)
            case UInt8(ascii: "\\"):
                guard let escaped = rest.popFirst() else { return nil }
                bytes.append(escaped == UInt8(ascii: "n") ? UInt8(ascii: "\n") : escaped)
            default: bytes.append(byte)
            }
        }
        return nil
    }

    private static func number(_ text: String) -> Double? {
        switch text {
        case "+Inf", "Inf": .infinity
        case "-Inf": -.infinity
        case "NaN": .nan
        default: Double(text)
        }
    }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }
}
