/// Whether a version is one of those that an advisory means (OSV schema, "Evaluation").
package enum AffectedVersions {
    package enum Answer: Sendable, Hashable {
        /// Vulnerable; the versions that repair it, oldest first.
        case yes(fixedIn: [String])
        case no
        /// It cannot be told, and why.
        case unknown(String)
    }

    /// - Parameters:
    ///   - version: The package's version.
    ///   - affected: What the advisory says of the package.
    /// - Returns: The verdict. A range that cannot be judged does not hide others that can.
    package static func contain(_ version: String, in affected: Advisory.Affected) -> Answer {
        contain(version, in: affected, order: VersionOrder(ecosystem: affected.ecosystem))
    }

    /// Judges by an order; nil is one that nobody here knows.
    private static func contain(
        _ version: String,
        in affected: Advisory.Affected,
        order: VersionOrder?
    ) -> Answer {
        var answers: [Answer] = []
        for range in affected.ranges {
            switch range.type {
            case .semantic: answers.append(contain(version, in: range.events, order: .semantic))
            case .ecosystem:
                guard let order else {
                    answers.append(.unknown("the order of \(affected.ecosystem.base) versions is not known"))
                    continue
                }
                answers.append(contain(version, in: range.events, order: order))
            case .git: answers.append(.unknown("the advisory speaks of commits only"))
            case nil: answers.append(.unknown("the advisory has a range of a type that is not known"))
            }
        }
        for answer in answers { if case .yes = answer { return answer } }
        if lists(affected.versions, version, order) { return .yes(fixedIn: fixes(affected, after: version, order)) }
        // A list of versions is complete where there is one: it decides beside ranges of commits.
        let others = affected.ranges.filter { $0.type != .git }
        if !affected.versions.isEmpty, others.isEmpty { return .no }
        if let judged = zip(affected.ranges, answers).first(where: { $0.0.type != .git && Self.isUnknown($0.1) }) {
            return judged.1
        }
        if others.isEmpty, let answer = answers.first { return answer }
        return .no
    }

    private static func isUnknown(_ answer: Answer) -> Bool {
        if case .unknown = answer { true } else { false }
    }

    /// Whether a list names a version, in this or another spelling.
    private static func lists(_ versions: [String], _ version: String, _ order: VersionOrder?) -> Bool {
        if versions.contains(version) { return true }
        guard let order, let read = order.read(version) else { return false }
        return versions.contains { order.read($0) == read }
    }

    private struct Point {
        enum Kind: Int { case fixed, introduced, lastAffected }

        let kind: Kind
        let text: String
        /// nil is before every version.
        let version: OrderedVersion?
    }

    private static func contain(_ text: String, in events: [Advisory.Event], order: VersionOrder) -> Answer {
        guard let version = order.read(text) else { return .unknown("\"\(text)\" is not a version of its kind") }
        var points: [Point] = []
        var limits: [OrderedVersion] = []
        for event in events {
            let kind: Point.Kind?
            let stated: String
            switch event {
            case .introduced("0"):
                points.append(Point(kind: .introduced, text: "0", version: nil))
                continue
            case .limit("*"):
                continue
            case .introduced(let text): (kind, stated) = (.introduced, text)
            case .fixed(let text): (kind, stated) = (.fixed, text)
            case .lastAffected(let text): (kind, stated) = (.lastAffected, text)
            case .limit(let text): (kind, stated) = (nil, text)
            }
            guard let read = order.read(stated) else {
                return .unknown("the advisory's \"\(stated)\" is not a version of its kind")
            }
            if let kind {
                points.append(Point(kind: kind, text: stated, version: read))
            } else {
                limits.append(read)
            }
        }
        if !limits.isEmpty, !events.contains(.limit("*")), !limits.contains(where: { version < $0 }) { return .no }
        points.sort { left, right in
            guard let leftVersion = left.version else { return right.version != nil }
            guard let rightVersion = right.version else { return false }
            if leftVersion != rightVersion { return leftVersion < rightVersion }
            return left.kind.rawValue < right.kind.rawValue
        }
        var vulnerable = false
        for point in points {
            // At or after the point; the last affected version is still inside.
            let reached = point.version.map { version >= $0 } ?? true
            let passed = point.version.map { version > $0 } ?? true
            switch point.kind {
            case .introduced: if reached { vulnerable = true }
            case .fixed: if reached { vulnerable = false }
            case .lastAffected: if passed { vulnerable = false }
            }
        }
        guard vulnerable else { return .no }
        return .yes(
            fixedIn: points.compactMap { point in
                guard point.kind == .fixed, let fix = point.version, version < fix else { return nil }
                return point.text
            }
        )
    }

    private static func fixes(_ affected: Advisory.Affected, after version: String, _ order: VersionOrder?) -> [String]
    {
        affected.ranges.filter { $0.type != .git }.flatMap(\.events).compactMap { event in
            guard case .fixed(let fix) = event, order?.isLess(version, fix) ?? true else { return nil }
            return fix
        }
    }
}
