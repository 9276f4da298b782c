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

    private var evidence: String {
        figures.logEvidence > 13.8 ? "over 1000000" : number(exp(figures.logEvidence))
    }

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
