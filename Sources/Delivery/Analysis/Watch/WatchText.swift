import Core
import Foundation

/// The watch's findings in words, with the figures that they rest on.
struct WatchText {
    let figures: WatchFigures

    var exceeded: String {
        "error rate above \(percent(figures.limit)): \(counted) (\(interval)); evidence \(evidence) against a bound of "
            + "\(number(1 / figures.alpha)) (false alarms at most \(percent(figures.alpha)), whenever one looks)"
    }

    var within: String {
        "error rate within \(percent(figures.limit)): \(counted) (\(interval)), decided before the window's end with at "
            + "most \(percent(figures.alpha)) chance of a mistake"
    }

    var above: String {
        "error rate above \(percent(figures.limit)) over the window: \(counted) (\(interval)); the sequential test had "
            + "not decided (evidence \(evidence) of \(number(1 / figures.alpha)))"
    }

    var below: String { "error rate within \(percent(figures.limit)) over the window: \(counted) (\(interval))" }

    var noData: String {
        "no scrape of the new pods' metrics succeeded in \(seconds) (\(figures.missedScrapes) tried): the error rate is unknown"
    }

    func tooLittle(atLeast minimum: Int) -> String {
        "not enough traffic to tell: \(counted), and \(minimum) requests are needed"
    }

    func worse(_ old: ComparisonFigures) -> String {
        "it fails more often than the old version at the same time: \(counted), of the old one \(counted(old)); "
            + "evidence \(evidence(old.test.logEvidence)) for more than \(number(old.test.tolerance)) times its odds, "
            + "against a bound of \(number(1 / figures.alpha))"
    }

    /// Both are bad: no verdict about the release.
    func shared(_ old: ComparisonFigures) -> String {
        "the error rate is above \(percent(figures.limit)) for the old version too: \(counted), of the old one "
            + "\(counted(old)). Something that both use fails; that says nothing about the release"
    }

    func slow(_ rule: LatencyRule, _ latency: LatencyFigures, _ how: String) -> String {
        "\(rule.name) above \(milliseconds(rule.limit)): \(latency.slow) of \(latency.requests) requests took longer than "
            + "\(milliseconds(latency.bound ?? rule.limit)) (\(percent(latency.share ?? 0)), \(percent(rule.slowShare)) may), "
            + how
    }

    func restarted(_ limit: Int) -> String {
        "the new pods' containers restarted \(figures.restarts ?? 0) times in \(seconds); \(limit) are tolerated"
    }

    func bad(_ rule: QueryRule, _ found: QueryFigures) -> String {
        "\(rule.name) was \(rule.bound.rawValue) \(number(rule.limit)) for \(DurationText.format(rule.span)): "
            + "\(found.value.map(number) ?? "unknown") now (\(rule.query))"
    }

    func unknown(_ query: QueryFigures) -> String {
        "\(query.name) had no value in \(seconds): it is unknown, which is not good"
    }

    private func counted(_ old: ComparisonFigures) -> String {
        let rate = old.requests == 0 ? "" : " (\(percent(Double(old.errors) / Double(old.requests))))"
        return "\(old.errors) of \(old.requests)\(rate)"
    }

    private func milliseconds(_ seconds: Double) -> String { "\(number(seconds * 1000)) ms" }

    /// `45 s of 5 min: 0 of 120 requests failed (0 %), true rate 0 % to 3.2 %`
    func progress(of window: TimeInterval) -> String {
        let missed = figures.missedScrapes == 0 ? "" : ", \(figures.missedScrapes) scrapes missed"
        let rate = figures.rate.map { " (\(percent($0)))" } ?? ""
        return "\(seconds) of \(DurationText.format(window)): \(figures.errors) of \(figures.requests) requests "
            + "failed\(rate), \(interval)\(missed)"
    }

    /// `14 of 273 requests failed (5.13 %) in 30 s`
    var counted: String {
        let rate = figures.rate.map { " (\(percent($0)))" } ?? ""
        return "\(figures.errors) of \(figures.requests) requests failed\(rate) in \(seconds)"
    }

    var interval: String {
        "true rate \(percent(figures.low)) to \(percent(figures.high))"
    }

    private var seconds: String { DurationText.format(figures.seconds) }

    private var evidence: String { evidence(figures.logEvidence) }

    func evidence(_ logarithm: Double) -> String { logarithm > 13.8 ? "over 1000000" : number(exp(logarithm)) }

    private func number(_ value: Double) -> String {
        value >= 10 ? String(format: "%.0f", value) : String(format: "%.2f", value)
    }

    /// At most two decimals, and more where the figure would vanish.
    func percent(_ value: Double) -> String {
        let hundred = value * 100
        let digits = hundred == 0 || hundred >= 0.1 ? 2 : 4
        var text = String(format: "%.\(digits)f", hundred)
        while text.contains("."), text.hasSuffix("0") { text.removeLast() }
        if text.hasSuffix(".") { text.removeLast() }
        return text + " %"
    }
}
