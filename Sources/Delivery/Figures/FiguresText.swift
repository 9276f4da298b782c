import Foundation
import Journal

/// The figures as a person reads them, each with its number of samples.
package struct FiguresText {
    private let report: FiguresReport

    package init(_ report: FiguresReport) { self.report = report }

    package var text: String {
        let days = DurationText.format(report.to.timeIntervalSince(report.from))
        let period = "\(day(report.from)) to \(day(report.to)) (\(days)); in brackets: the \(days) before"
        var sections = report.delivery.map { pair in
            let name = [report.environment, pair.now.service].compactMap(\.self).joined(separator: "/")
            return ([name] + lines(pair)).joined(separator: "\n")
        }
        if !report.pipelines.isEmpty {
            sections.append((["pipelines"] + report.pipelines.map(line)).joined(separator: "\n"))
        }
        return ([period] + sections).joined(separator: "\n\n")
    }

    private func lines(_ pair: FiguresReport.Pair<DeliveryFigures>) -> [String] {
        let now = pair.now
        var lines = [
            row(
                "deployment frequency",
                perDay(now),
                pair.before.map(perDay),
                "\(now.succeeded) succeeded"
            ),
            row(
                "lead time for changes",
                median(now.leadTime),
                pair.before.map { median($0.leadTime) },
                count(now.leadTime.samples, "change")
                    + (now.unknownChanges == 0 ? "" : ", \(count(now.unknownChanges, "release")) with unknown changes")
            ),
            row(
                "change failure rate",
                share(now.changeFailureRate),
                pair.before.map { share($0.changeFailureRate) },
                "\(now.failed.count) of \(count(now.deployments, "release"))"
            ),
            row(
                "time to restore",
                median(now.timeToRestore),
                pair.before.map { median($0.timeToRestore) },
                "\(now.timeToRestore.samples) restored" + (now.openFailures == 0 ? "" : ", \(now.openFailures) open")
            ),
        ]
        let aside = [
            now.neverStarted == 0 ? nil : "\(now.neverStarted) ended before anything was changed",
            now.inProgress == 0 ? nil : "\(now.inProgress) in progress",
        ]
        .compactMap(\.self)
        if !aside.isEmpty { lines.append("  not counted: " + aside.joined(separator: ", ")) }
        return lines
    }

    private func line(_ pair: FiguresReport.Pair<PipelineFigures>) -> String {
        let now = pair.now
        var samples = "\(now.succeeded) of \(count(now.succeeded + now.failed, "run"))"
        if now.cancelled > 0 { samples += ", \(now.cancelled) cancelled" }
        return row(
            now.workflow,
            "\(share(now.successRate)), \(median(now.duration))",
            pair.before.map { "\(share($0.successRate)), \(median($0.duration))" },
            samples
        )
    }

    private func row(_ name: String, _ value: String, _ before: String?, _ samples: String) -> String {
        let padded = name.padding(toLength: max(22, name.count), withPad: " ", startingAt: 0)
        return "  \(padded)  \(value) [\(before ?? "–")]  \(samples)"
    }

    private func perDay(_ figures: DeliveryFigures) -> String {
        figures.deploymentsPerDay.formatted(.number.precision(.fractionLength(0...2)).locale(Self.locale)) + " a day"
    }

    private func median(_ times: DeliveryFigures.Times) -> String { times.median.map(DurationText.format) ?? "–" }

    private func share(_ value: Double?) -> String {
        value.map { ($0 * 100).formatted(.number.precision(.fractionLength(0...1)).locale(Self.locale)) + " %" } ?? "–"
    }

    private func count(_ number: Int, _ noun: String) -> String { "\(number) \(noun)\(number == 1 ? "" : "s")" }

    private func day(_ date: Date) -> String { date.formatted(.iso8601.year().month().day()) }

    /// Figures read the same on every machine.
    private static let locale = Locale(identifier: "en_US_POSIX")
}
