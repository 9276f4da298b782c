import Foundation

/// Releases whose true error rate is known, judged by three rules; the third is Slipway's own code.

struct Generator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    mutating func unit() -> Double { Double.random(in: Double.leastNonzeroMagnitude..<1, using: &self) }

    mutating func logUniform(_ low: Double, _ high: Double) -> Double { low * pow(high / low, unit()) }

    /// Failures among n requests. Exact, by the gaps between failures, while few are expected; else the normal
    /// approximation, whose error is far below the noise.
    mutating func binomial(_ n: Int, _ p: Double) -> Int {
        guard Double(n) * p * (1 - p) < 400 else {
            let normal = sqrt(-2 * log(unit())) * cos(2 * .pi * unit())
            let value = (Double(n) * p + normal * sqrt(Double(n) * p * (1 - p))).rounded()
            return min(n, max(0, Int(value)))
        }
        var count = 0
        var position = 0.0
        while true {
            position += (log(unit()) / log1p(-p)).rounded(.down) + 1
            if position > Double(n) { return count }
            count += 1
        }
    }
}

struct Outcome {
    var isRolledBack: Bool
    var seconds: Double
    var requests: Int
    var failed: Int
}

struct Release {
    let rate: Double
    let perSecond: Double
    let isBad: Bool
    /// Requests and failures of each 15 seconds for ten minutes: all rules see the same traffic.
    let looks: [(requests: Int, errors: Int)]

    init(_ generator: inout Generator, isBad: Bool, limit: Double) {
        self.isBad = isBad
        rate = isBad ? generator.logUniform(limit, 0.2) : generator.logUniform(0.001, limit)
        perSecond = generator.logUniform(1, 5000)
        var looks: [(Int, Int)] = []
        for _ in 0..<40 {
            let requests = Int((perSecond * 15).rounded())
            looks.append((requests, generator.binomial(requests, rate)))
        }
        self.looks = looks
    }

    func outcome(after count: Int, isRolledBack: Bool) -> Outcome {
        let seen = looks.prefix(count)
        return Outcome(
            isRolledBack: isRolledBack,
            seconds: Double(count) * 15,
            requests: seen.reduce(0) { $0 + $1.requests },
            failed: seen.reduce(0) { $0 + $1.errors }
        )
    }
}

let limit = 0.01

/// After five minutes, once: more than 1 % of all.
func documented(_ release: Release) -> Outcome {
    let seen = release.looks.prefix(20)
    let requests = seen.reduce(0) { $0 + $1.requests }
    let errors = seen.reduce(0) { $0 + $1.errors }
    return release.outcome(after: 20, isRolledBack: Double(errors) > limit * Double(requests))
}

/// Every minute for ten minutes; rolled back at the fifth minute above 1 %.
func canaryTool(_ release: Release) -> Outcome {
    var failures = 0
    for minute in 0..<10 {
        let seen = release.looks[(minute * 4)..<(minute * 4 + 4)]
        let requests = seen.reduce(0) { $0 + $1.requests }
        let errors = seen.reduce(0) { $0 + $1.errors }
        if Double(errors) > limit * Double(requests) { failures += 1 }
        if failures == 5 { return release.outcome(after: (minute + 1) * 4, isRolledBack: true) }
    }
    return release.outcome(after: 40, isRolledBack: false)
}

/// The code of `slipway deploy`, with the rule that slipway.yml has unless told otherwise.
func slipway(_ release: Release) -> Outcome {
    var watch = ErrorRateWatch(rule: WatchRule())
    for (index, look) in release.looks.enumerated() {
        watch.add(RequestCount(requests: look.requests, errors: look.errors))
        switch watch.decide(elapsed: Double(index + 1) * 15) {
        case .rollBack: return release.outcome(after: index + 1, isRolledBack: true)
        case .promote, .pause: return release.outcome(after: index + 1, isRolledBack: false)
        case .undecided, .extended: continue
        }
    }
    return release.outcome(after: 40, isRolledBack: false)
}

let rules: [(name: String, colour: String, judge: (Release) -> Outcome)] = [
    ("documented rule", "#d95f02", documented), ("canary tool", "#7570b3", canaryTool), ("slipway", "#1b9e77", slipway),
]

func quantile(_ values: [Double], _ share: Double) -> Double {
    values.isEmpty ? 0 : values.sorted()[min(values.count - 1, Int(Double(values.count) * share))]
}

func text(_ value: Double, _ digits: Int = 1) -> String { String(format: "%.\(digits)f", value) }

let perKind = CommandLine.arguments.count > 2 ? Int(CommandLine.arguments[2]) ?? 10_000 : 10_000
var generator = Generator(state: 20_261_123)
let releases = (0..<(2 * perKind)).map { Release(&generator, isBad: $0 % 2 == 1, limit: limit) }

print(
    "| rule | good ones rolled back | bad ones missed | seconds to roll a bad one back (median, 90 %) | requests | failed requests a bad one (mean) | seconds to promote a good one (median) |"
)
print("|---|---|---|---|---|---|---|")
var results: [[Outcome]] = []
for rule in rules {
    let outcomes = releases.map(rule.judge)
    results.append(outcomes)
    let pairs = zip(releases, outcomes)
    let falseAlarms = pairs.filter { !$0.isBad && $1.isRolledBack }.count
    let missed = pairs.filter { $0.isBad && !$1.isRolledBack }.count
    let caught = pairs.filter { $0.isBad && $1.isRolledBack }.map(\.1)
    let harm = pairs.filter { $0.0.isBad }.map { Double($0.1.failed) }.reduce(0, +) / Double(perKind)
    let promoted = pairs.filter { !$0.isBad && !$1.isRolledBack }.map { $0.1.seconds }
    let share = { (count: Int) in "\(text(100 * Double(count) / Double(perKind), 2)) %" }
    let seconds = caught.map(\.seconds)
    print(
        "| \(rule.name) | \(share(falseAlarms)) | \(share(missed)) | \(text(quantile(seconds, 0.5), 0)), "
            + "\(text(quantile(seconds, 0.9), 0)) | \(text(quantile(caught.map { Double($0.requests) }, 0.5), 0)) | "
            + "\(text(harm, 0)) | \(text(quantile(promoted, 0.5), 0)) |"
    )
}

// What the sequential tests decide by themselves; the documented rule decides the rest at the window's end.
let early = zip(releases, results[2]).filter { $1.seconds < 300 }
let wrong = early.filter { $0.isBad != $1.isRolledBack }
let wrongAlarms = wrong.filter { !$0.0.isBad }.count
print(
    "\nslipway's sequential tests decided \(text(100 * Double(early.count) / Double(releases.count))) % of the releases before"
)
print(
    "the window's end: \(wrongAlarms) of \(perKind) good ones rolled back, \(wrong.count - wrongAlarms) of \(perKind) bad ones promoted."
)

// MARK: - The chart

let bins = 16
func bin(_ rate: Double) -> Int { min(bins - 1, max(0, Int(log(rate / 0.001) / log(200) * Double(bins)))) }

struct Panel {
    let left: Double
    let title: String
    let top: Double
    let unit: String
    let series: [[Double?]]

    @MainActor func svg() -> String {
        let (width, height, base) = (380.0, 220.0, 280.0)
        func x(_ index: Double) -> Double { left + index / Double(bins) * width }
        func y(_ value: Double) -> Double { base - value / top * height }
        var parts = ["<text x=\"\(left)\" y=\"45\" font-weight=\"bold\">\(title)</text>"]
        for step in 0...4 {
            let value = top * Double(step) / 4
            parts.append(
                "<line x1=\"\(left)\" x2=\"\(left + width)\" y1=\"\(y(value))\" y2=\"\(y(value))\" stroke=\"#ddd\"/>"
            )
            parts.append(
                "<text x=\"\(left - 6)\" y=\"\(y(value) + 4)\" text-anchor=\"end\">\(text(value, 0))\(unit)</text>"
            )
        }
        for (rate, label) in [
            (0.001, "0.1 %"), (0.003, "0.3 %"), (0.01, "1 %"), (0.03, "3 %"), (0.1, "10 %"), (0.2, "20 %"),
        ] {
            let at = x(log(rate / 0.001) / log(200) * Double(bins))
            parts.append("<text x=\"\(text(at))\" y=\"\(base + 18)\" text-anchor=\"middle\">\(label)</text>")
        }
        let edge = x(log(limit / 0.001) / log(200) * Double(bins))
        parts.append(
            "<line x1=\"\(text(edge))\" x2=\"\(text(edge))\" y1=\"\(base - height)\" y2=\"\(base)\" stroke=\"#999\" "
                + "stroke-dasharray=\"4 3\"/>"
        )
        for (rule, values) in zip(rules, series) {
            let points = values.enumerated().compactMap { index, value in
                value.map { "\(text(x(Double(index) + 0.5))),\(text(y($0)))" }
            }
            parts.append(
                "<polyline points=\"\(points.joined(separator: " "))\" fill=\"none\" stroke=\"\(rule.colour)\" "
                    + "stroke-width=\"2.5\"/>"
            )
        }
        return parts.joined(separator: "\n")
    }
}

@MainActor func binned(_ value: (Release, Outcome) -> Double?, _ combine: ([Double]) -> Double) -> [[Double?]] {
    results.map { outcomes in
        var groups = [[Double]](repeating: [], count: bins)
        for (release, outcome) in zip(releases, outcomes) {
            if let value = value(release, outcome) { groups[bin(release.rate)].append(value) }
        }
        return groups.map { $0.count < 5 ? nil : combine($0) }
    }
}

let rolledBack = binned({ $1.isRolledBack ? 100 : 0 }) { $0.reduce(0, +) / Double($0.count) }
let seconds = binned({ $1.seconds }) { quantile($0, 0.5) }
let legend = rules.enumerated().map { index, rule in
    "<rect x=\"\(70 + index * 170)\" y=\"318\" width=\"18\" height=\"4\" fill=\"\(rule.colour)\"/>"
        + "<text x=\"\(94 + index * 170)\" y=\"325\">\(rule.name)</text>"
}
let chart = """
    <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 960 340" font-family="sans-serif" font-size="12">
    <rect width="960" height="340" fill="white"/>
    \(Panel(left: 60, title: "rolled back, by the true error rate (limit 1 %)", top: 100, unit: " %", series: rolledBack).svg())
    \(Panel(left: 540, title: "median seconds to the decision", top: 600, unit: " s", series: seconds).svg())
    \(legend.joined(separator: "\n"))
    </svg>

    """
try chart.write(toFile: CommandLine.arguments[1], atomically: true, encoding: .utf8)
