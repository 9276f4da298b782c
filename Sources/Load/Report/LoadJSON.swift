import Core
import Foundation

extension LoadReport {
    /// For scripts: times in seconds, shares between 0 and 1, null for what has no sample.
    package var json: JSON {
        let latency = Self.percentiles.map { (LoadWords.name(ofPercentile: $0), Self.json(self.latency($0))) }
        return [
            "url": .string(plan.shownAddress), "method": .string(plan.method), "rate": .double(plan.rate),
            "duration": .double(plan.duration), "warmUp": .double(plan.warmUp),
            "arrivals": .string(plan.arrivals.rawValue), "seed": .string(String(plan.seed)),
            "startedAt": .string(startedAt.formatted(.iso8601)), "measured": .double(measured),
            "interrupted": .bool(isInterrupted), "good": .bool(isGood),
            "requests": .int(Int64(scheduled)), "goodAnswers": .int(Int64(good)),
            "dropped": .int(Int64(dropped)), "bytes": .int(Int64(bytes)),
            "goodAnswersPerSecond": Self.json(rate), "errorRate": Self.json(errorRate),
            "errors": .array(errors.map { ["what": .string($0.name), "count": .int(Int64($0.count))] }),
            "latency": .object(Dictionary(uniqueKeysWithValues: latency + [("mean", Self.json(mean))])),
            "generatorLateness": ["p50": Self.json(lateness(50)), "p99": Self.json(lateness(99))],
            "thresholds": .array(
                verdicts.map {
                    ["threshold": .string($0.threshold.text), "value": Self.json($0.value), "holds": .bool($0.holds)]
                }
            ),
            "timeline": .array(
                timeline.map { part in
                    [
                        "start": .double(part.start), "requests": .int(Int64(part.scheduled)),
                        "errors": .int(Int64(part.errors)), "p50": Self.json(part.median),
                        "p99": Self.json(part.p99),
                    ]
                }
            ),
        ]
    }

    private static func json(_ value: Double?) -> JSON { value.map(JSON.double) ?? .null }
}
