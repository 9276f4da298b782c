import Foundation

/// The four delivery figures (DORA) of one service in one environment over one period.
package struct DeliveryFigures: Sendable, Hashable, Codable {
    /// Times of which only the middle counts: one bad case does not move it.
    package struct Times: Sendable, Hashable, Codable {
        /// Seconds; nil where there is no sample.
        package var median: TimeInterval?
        package var samples: Int

        package init(_ values: [TimeInterval]) {
            let sorted = values.sorted()
            samples = sorted.count
            let middle = sorted.count / 2
            if sorted.isEmpty {
                median = nil
            } else {
                median = sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
            }
        }
    }

    package var environment: String
    /// The Deployment's name; nil: all of the environment together.
    package var service: String?
    package var from: Date
    package var to: Date
    /// Releases that were verified good at their end.
    package var succeeded: Int
    /// Releases a day over the whole period: days without one count too.
    package var deploymentsPerDay: Double
    /// From commit to serving, of every change that a succeeded release brought.
    package var leadTime: Times
    /// Succeeded releases whose changes are not known: their commit is missing from the record or the repository.
    package var unknownChanges: Int
    /// Releases that reached the environment, good or bad: what the failure rate is a share of.
    package var deployments: Int
    /// Ids of those that needed a rollback or led to an incident.
    package var failed: [String]
    /// From the beginning of the harm to the moment everything was verified good again.
    package var timeToRestore: Times
    /// Harm that has not ended yet.
    package var openFailures: Int
    /// Releases that ended before anything was changed: they count for nothing above.
    package var neverStarted: Int
    package var inProgress: Int

    /// From 0 to 1; nil where nothing was deployed.
    package var changeFailureRate: Double? { deployments == 0 ? nil : Double(failed.count) / Double(deployments) }
}
