import Core
import Foundation
import Journal

/// The figures in words, the same for a terminal and a page: each with its number of samples and the period before.
struct FiguresRows {
    struct Row: Sendable, Hashable {
        let name: String
        let value: String
        let before: String
        let samples: String
    }

    struct Section: Sendable, Hashable {
        let name: String
        let rows: [Row]
        /// What is told apart; nil where there is nothing.
        let notCounted: String?
    }

    let period: String
    let delivery: [Section]
    let pipelines: [Row]

    init(_ report: FiguresReport) {
        let days = DurationText.format(report.to.timeIntervalSince(report.from))
        period = "\(Self.day(report.from)) to \(Self.day(report.to)) (\(days)); in brackets: the \(days) before"
        delivery = report.delivery.map { pair in
            Section(
                name: [report.environment, pair.now.service].compactMap(\.self).joined(separator: "/"),
                rows: Self.rows(pair),
                notCounted: Self.notCounted(pair.now)
            )
        }
        pipelines = report.pipelines.map(Self.row)
    }

    private static func rows(_ pair: FiguresReport.Pair<DeliveryFigures>) -> [Row] {
        let now = pair.now
        return [
            row("deployment frequency", pair, perDay, "\(now.succeeded) succeeded"),
            row(
                "lead time for changes",
                pair,
                { median($0.leadTime) },
                count(now.leadTime.samples, "change")
                    + (now.unknownChanges == 0 ? "" : ", \(count(now.unknownChanges, "release")) with unknown changes")
            ),
            row(
                "change failure rate",
                pair,
                { share($0.changeFailureRate) },
                "\(now.failed.count) of \(count(now.deployments, "release"))"
            ),
            row(
                "time to restore",
                pair,
                { median($0.timeToRestore) },
                "\(now.timeToRestore.samples) restored" + (now.openFailures == 0 ? "" : ", \(now.openFailures) open")
            ),
        ]
    }

    private static func row(_ pair: FiguresReport.Pair<PipelineFigures>) -> Row {
        let now = pair.now
        let cancelled = now.cancelled > 0 ? ", \(now.cancelled) cancelled" : ""
        return row(
            now.workflow,
            pair,
            { "\(share($0.successRate)), \(median($0.duration))" },
            "\(now.succeeded) of \(count(now.succeeded + now.failed, "run"))\(cancelled)"
        )
    }

    private static func row<Figures>(
        _ name: String,
        _ pair: FiguresReport.Pair<Figures>,
        _ value: (Figures) -> String,
        _ samples: String
    ) -> Row {
        Row(name: name, value: value(pair.now), before: pair.before.map(value) ?? "–", samples: samples)
    }

    private static func notCounted(_ figures: DeliveryFigures) -> String? {
        let aside = [
            figures.neverStarted == 0 ? nil : "\(figures.neverStarted) ended before anything was changed",
            figures.inProgress == 0 ? nil : "\(figures.inProgress) in progress",
        ]
        .compactMap(\.self)
        return aside.isEmpty ? nil : aside.joined(separator: ", ")
    }

    private static func perDay(_ figures: DeliveryFigures) -> String {
        figures.deploymentsPerDay.formatted(.number.precision(.fractionLength(0...2)).locale(locale)) + " a day"
    }

    static func median(_ times: DeliveryFigures.Times) -> String { times.median.map(DurationText.format) ?? "–" }

    static func share(_ value: Double?) -> String {
        value.map { ($0 * 100).formatted(.number.precision(.fractionLength(0...1)).locale(locale)) + " %" } ?? "–"
    }

    static func count(_ number: Int, _ noun: String) -> String { "\(number) \(noun)\(number == 1 ? "" : "s")" }

    static func day(_ date: Date) -> String { date.formatted(.iso8601.year().month().day()) }

    /// Figures read the same on every machine.
    private static let locale = Locale(identifier: "en_US_POSIX")
}
