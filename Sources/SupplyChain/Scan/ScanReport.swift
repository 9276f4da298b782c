import Core
import Images

/// What a scan's verdict depends on.
package struct ScanPolicy: Sendable, Hashable {
    package enum UnknownAction: String, Sendable, CaseIterable { case warn, fail }

    /// Findings of this severity and above fail; nil: none does.
    package var failOn: Severity?
    package var unknown: UnknownAction
    /// Days after which a database counts as old.
    package var maximumAge: Int
    /// Whether a subject may have no packages at all. Where it may not, nothing found is never green by accident.
    package var allowsNothing = false

    package init(failOn: Severity? = nil, unknown: UnknownAction = .warn, maximumAge: Int = 7) {
        self.failOn = failOn
        self.unknown = unknown
        self.maximumAge = maximumAge
    }
}

/// What a scan found, and what it could not find out.
package struct ScanReport: Sendable {
    package let inventory: Inventory
    /// Worst first.
    package let findings: [Finding]
    package let unknowns: [Unknown]
    package let database: AdvisoryDatabaseMetadata?
    package let policy: ScanPolicy
    /// Findings that somebody has decided about, and that do not count.
    package var decided: [Decision] = []
    /// Decisions whose last day has passed: each fails the scan until it is made again or taken out.
    package var expired: [Diagnostic] = []
    /// Decisions about what was not found.
    package var unused: [IgnoreList.Entry] = []
    /// Who matched, where it was not Slipway.
    package var peer: PeerScanner?

    /// The report after the team's decisions.
    package func applying(_ decisions: Decisions) -> ScanReport {
        let result = decisions.apply(to: findings, of: inventory.subject)
        var report = ScanReport(
            inventory: inventory,
            findings: result.open,
            unknowns: unknowns,
            database: database,
            policy: policy
        )
        report.decided = decided + result.decided
        report.expired = result.expired
        report.unused = result.unused
        report.peer = peer
        return report
    }

    package func count(_ severity: Severity) -> Int { findings.count { $0.severity == severity } }

    /// Findings that fail the policy.
    package var failing: [Finding] {
        guard let limit = policy.failOn else { return [] }
        return findings.filter { $0.severity != .unknown && $0.severity >= limit }
    }

    /// Whether something is unknown that could hide a finding; a finding nobody rated is such a thing.
    package var hasUnknowns: Bool { !unknowns.isEmpty || count(.unknown) > 0 }

    /// What makes every verdict worthless: with nothing listed, nothing can be found.
    private var isBlind: Bool { !policy.allowsNothing && unknowns.contains { Self.blinding.contains($0.rule) } }

    private static let blinding: Set<String> = ["no-packages", "unresolved-dependencies"]

    package var passes: Bool {
        failing.isEmpty && expired.isEmpty && !isBlind && (policy.unknown == .warn || !hasUnknowns)
    }

    /// Why it does not pass, as one sentence without a full stop; nil where it does.
    package var refusal: String? {
        if let limit = policy.failOn, !failing.isEmpty {
            return "\(failing.count) of \(findings.count) findings are \(limit.rawValue) or worse"
        }
        if !expired.isEmpty { return "decisions to ignore findings have expired: \(expired.count)" }
        if isBlind {
            let messages = unknowns.filter { Self.blinding.contains($0.rule) }.map(\.message)
            return messages.joined(separator: "; ") + " (--allow-empty accepts that)"
        }
        if !passes { return "\(unknowns.count + count(.unknown)) things are unknown, and the policy is to fail then" }
        return nil
    }

    package var json: JSON {
        let subject = inventory.subject
        var about: JSON = ["kind": .string(subject.kind.rawValue), "name": .string(subject.name)]
        about["digest"] = subject.digest.map { .string($0.description) }
        let counts = Severity.allCases.reversed().map { ($0.rawValue, JSON.int(Int64(count($0)))) }
        return [
            "subject": about, "packages": .int(Int64(inventory.packages.count)),
            "findings": .array(findings.map(\.json)),
            "counts": .object(Dictionary(uniqueKeysWithValues: counts)),
            "unknowns": .array(unknowns.map { ["rule": .string($0.rule), "message": .string($0.message)] }),
            "database": database?.json ?? .null,
            "ignored": .array(decided.map(\.json)), "expired": .array(expired.map { .string($0.text) }),
            "scanner": .string(peer?.rawValue ?? "slipway"), "passes": .bool(passes),
        ]
    }
}
