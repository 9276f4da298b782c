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
        let listed = affected.versions.contains { order?.areEqual($0, version) ?? ($0 == version) }
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
        if listed { return .yes(fixedIn: fixes(affected, after: version, order)) }
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

    private struct Point {
        enum Kind: Int { case fixed, introduced, lastAffected }

        let kind: Kind
        /// nil is before every version.
        let version: String?
    }

    private static func contain(_ version: String, in events: [Advisory.Event], order: VersionOrder) -> Answer {
        guard order.isLess(version, version) != nil else {
            return .unknown("\"\(version)\" is not a version of its kind")
        }
        var points: [Point] = []
        var limits: [String] = []
        for event in events {
            switch event {
            case .introduced("0"): points.append(Point(kind: .introduced, version: nil))
            case .introduced(let version): points.append(Point(kind: .introduced, version: version))
            case .fixed(let version): points.append(Point(kind: .fixed, version: version))
            case .lastAffected(let version): points.append(Point(kind: .lastAffected, version: version))
            case .limit(let version): limits.append(version)
            }
        }
        let stated = points.compactMap(\.version) + limits.filter { $0 != "*" }
        if let strange = stated.first(where: { order.isLess($0, version) == nil }) {
            return .unknown("the advisory's \"\(strange)\" is not a version of its kind")
        }
        if !limits.isEmpty, !limits.contains(where: { $0 == "*" || order.isLess(version, $0) == true }) { return .no }
        points.sort { left, right in
            guard let leftVersion = left.version else { return right.version != nil }
            guard let rightVersion = right.version else { return false }
            if order.isLess(leftVersion, rightVersion) == true { return true }
            if order.isLess(rightVersion, leftVersion) == true { return false }
            return left.kind.rawValue < right.kind.rawValue
        }
        var vulnerable = false
        for point in points {
            // At or after the point; the last affected version is still inside.
            let reached = point.version.map { order.isLess(version, $0) == false } ?? true
            let passed = point.version.map { order.isLess($0, version) == true } ?? true
            switch point.kind {
            case .introduced: if reached { vulnerable = true }
            case .fixed: if reached { vulnerable = false }
            case .lastAffected: if passed { vulnerable = false }
            }
        }
        guard vulnerable else { return .no }
        let fixes = points.filter { $0.kind == .fixed }.compactMap(\.version)
        return .yes(fixedIn: fixes.filter { order.isLess(version, $0) == true })
    }

    private static func fixes(_ affected: Advisory.Affected, after version: String, _ order: VersionOrder?) -> [String]
    {
        affected.ranges.filter { $0.type != .git }.flatMap(\.events).compactMap { event in
            guard case .fixed(let fix) = event, order?.isLess(version, fix) ?? true else { return nil }
            return fix
        }
    }
}
