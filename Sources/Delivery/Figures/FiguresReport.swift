import Foundation
import Journal

/// The delivery figures of one environment over a period, each beside the period of equal length before it.
package struct FiguresReport: Sendable, Hashable {
    package struct Pair<Figures: Sendable & Hashable>: Sendable, Hashable {
        package var now: Figures
        package var before: Figures?
    }

    package let environment: String
    package let from: Date
    package let to: Date
    /// All of the environment together, and then each service where there is more than one.
    package let delivery: [Pair<DeliveryFigures>]
    /// For each of them, the parts of the period, the oldest first.
    package let trends: [[DeliveryFigures]]
    package let pipelines: [Pair<PipelineFigures>]

    /// - Parameters:
    ///   - environment: As `slipway.yml` names it.
    ///   - service: Only this Deployment.
    ///   - from: Beginning of the period.
    ///   - to: End of the period, usually now.
    ///   - journal: This machine's history.
    ///   - commits: The repository that the releases were built from.
    /// - Throws: What the journal or git throw.
    package init(
        environment: String,
        service: String? = nil,
        from: Date,
        to: Date,
        journal: Journal,
        commits: any CommitHistory
    ) async throws {
        let reader = try await DeliveryFiguresReader(environment: environment, journal: journal, commits: commits)
        let earlier = from.addingTimeInterval(-to.timeIntervalSince(from))
        let services: [String?] =
            if let service { [service] } else if reader.serviceNames.count > 1 { [nil] + reader.serviceNames } else {
                [reader.serviceNames.first]
            }
        let before = try await journal.pipelineFigures(from: earlier, to: from)
        self.environment = environment
        self.from = from
        self.to = to
        delivery = services.map { service in
            Pair(
                now: reader.figures(from: from, to: to, service: service),
                before: reader.figures(from: earlier, to: from, service: service)
            )
        }
        let parts = FiguresTrend.parts(from: from, to: to)
        trends = services.map { service in
            parts.map { reader.figures(from: $0.lowerBound, to: $0.upperBound, service: service) }
        }
        pipelines = try await journal.pipelineFigures(from: from, to: to).map { now in
            Pair(now: now, before: before.first { $0.file == now.file })
        }
    }
}
