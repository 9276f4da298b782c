import Core
import Foundation
import Journal

/// A run as JSON, for scripts.
package enum RunReport {
    package static func json(
        _ run: RunRecord,
        jobs: [JobRecord],
        steps: [StepRecord],
        annotations: [AnnotationRecord],
        approvals: [ApprovalRecord]
    ) throws -> JSON {
        var result = try json(run)
        result["jobs"] = .array(
            try jobs.map { job in
                var value = try encode(job)
                value["steps"] = .array(try steps.filter { $0.jobKey == job.key }.map(encode))
                value["annotations"] = .array(try annotations.filter { $0.jobKey == job.key }.map(encode))
                return value
            }
        )
        result["approvals"] = .array(try approvals.map(encode))
        return result
    }

    package static func json(_ run: RunRecord) throws -> JSON { try encode(run) }

    private static func encode(_ value: some Encodable) throws -> JSON {
        let encoder = JSONEncoder()
        encoder.dateEncodingStrategy = .custom { date, encoder in
            var container = encoder.singleValueContainer()
            try container.encode(date.formatted(.iso8601.time(includingFractionalSeconds: true)))
        }
        return try JSONDecoder().decode(JSON.self, from: encoder.encode(value))
    }
}
