import Core
import Foundation
import Journal

extension FiguresReport {
    /// The figures for scripts: seconds, shares from 0 to 1, `null` where there is no sample.
    package var json: JSON {
        [
            "environment": .string(environment), "from": Self.moment(from), "to": Self.moment(to),
            "delivery": .array(delivery.map { Self.pair($0, Self.json) }),
            "pipelines": .array(pipelines.map { Self.pair($0, Self.json) }),
        ]
    }

    private static func pair<Figures>(_ pair: Pair<Figures>, _ json: (Figures) -> JSON) -> JSON {
        var value = json(pair.now)
        value["before"] = pair.before.map(json) ?? .null
        return value
    }

    private static func json(_ figures: DeliveryFigures) -> JSON {
        [
            "service": figures.service.map(JSON.string) ?? .null,
            "deploymentFrequency": [
                "perDay": .double(figures.deploymentsPerDay), "samples": number(figures.succeeded),
            ],
            "leadTime": times(figures.leadTime, ["unknownReleases": number(figures.unknownChanges)]),
            "changeFailureRate": [
                "rate": figures.changeFailureRate.map(JSON.double) ?? .null, "samples": number(figures.deployments),
                "failed": .array(figures.failed.map(JSON.string)),
            ],
            "timeToRestore": times(figures.timeToRestore, ["open": number(figures.openFailures)]),
            "neverStarted": number(figures.neverStarted), "inProgress": number(figures.inProgress),
        ]
    }

    private static func json(_ figures: PipelineFigures) -> JSON {
        [
            "workflow": .string(figures.workflow), "file": .string(figures.file),
            "succeeded": number(figures.succeeded), "failed": number(figures.failed),
            "cancelled": number(figures.cancelled),
            "successRate": figures.successRate.map(JSON.double) ?? .null,
            "duration": times(figures.duration, [:]),
        ]
    }

    private static func times(_ times: DeliveryFigures.Times, _ more: [String: JSON]) -> JSON {
        var value: JSON = [
            "medianSeconds": times.median.map(JSON.double) ?? .null, "samples": number(times.samples),
        ]
        for (key, item) in more { value[key] = item }
        return value
    }

    private static func number(_ value: Int) -> JSON { .int(Int64(value)) }

    private static func moment(_ date: Date) -> JSON { .string(date.formatted(.iso8601)) }
}
