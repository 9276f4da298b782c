import Synchronization

/// Counts each customer's requests of the month. The total of all replicas is in the database; what this process
/// counted since it last wrote there is in memory, about a second's worth, which a killed process loses.
final class QuotaMeter: Sendable {
    struct Standing: Sendable, Equatable {
        let used: Int
        let quota: Int

        var isExceeded: Bool { used > quota }
        /// From here on a client is told.
        var isNearlyUsed: Bool { used * 5 >= quota * 4 }
        var remaining: Int { max(0, quota - used) }
    }

    private struct Month {
        let number: Int
        var known: Int
        var pending = 0
        var readAt: ContinuousClock.Instant
    }

    /// How old the database's total may be, for what other replicas count.
    private static let lifetime: Duration = .seconds(2)

    private let months = Mutex<[TenantID: Month]>([:])

    /// Counts one request.
    func count(_ customer: Customer, quota: Int, store: any EpisodeStorage) async throws -> Standing {
        let number = Self.month(of: .now())
        if needsReading(customer.tenant, number) {
            let total = try await store.requests(of: customer.tenant, in: number)
            months.withLock { months in
                let pending = months[customer.tenant].flatMap { $0.number == number ? $0.pending : nil } ?? 0
                months[customer.tenant] = Month(number: number, known: total, pending: pending, readAt: .now)
            }
        }
        return months.withLock { months in
            months[customer.tenant]?.pending += 1
            let month = months[customer.tenant]
            return Standing(used: (month?.known ?? 0) + (month?.pending ?? 0), quota: quota)
        }
    }

    /// Adds what was counted here to the total of all.
    func flush(to store: any EpisodeStorage) async throws {
        let counts = months.withLock { months in
            months.compactMap { tenant, month in
                month.pending > 0 ? (tenant: tenant, month: month.number, count: month.pending) : nil
            }
        }
        guard !counts.isEmpty else { return }
        try await store.addRequests(counts)
        months.withLock { months in
            for entry in counts where months[entry.tenant]?.number == entry.month {
                months[entry.tenant]?.pending -= entry.count
                months[entry.tenant]?.known += entry.count
            }
        }
    }

    private func needsReading(_ tenant: TenantID, _ number: Int) -> Bool {
        months.withLock { months in
            guard let month = months[tenant], month.number == number else { return true }
            return month.readAt.duration(to: .now) > Self.lifetime
        }
    }

    /// Months since year 0, in UTC.
    static func month(of time: Timestamp) -> Int {
        let date = time.civilDate
        return Int(date.year * 12 + date.month - 1)
    }

    /// Until the first of the next month, in UTC.
    static func secondsLeft(after time: Timestamp) -> Int {
        var day = time.milliseconds / 86_400_000 + 1
        while month(of: Timestamp(milliseconds: day * 86_400_000)) == month(of: time) { day += 1 }
        return Int(day * 86_400 - time.milliseconds / 1000)
    }
}
