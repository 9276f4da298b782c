import Crypto
import Foundation
import HTTPTypes
import Hummingbird
import Synchronization

/// Who may call an endpoint.
enum Access: Sendable {
    /// Anyone: health and metrics.
    case open
    /// A tenant with its key; without keys configured, anyone.
    case tenant
    /// The operator.
    case admin
}

/// The keys that turn a service for one into one for many.
struct AccessKeys: Sendable {
    let serverKey: ServerKey
    /// Only compared, through its HMAC.
    let adminMAC: Data

    init(adminKey: String, serverKey: String) {
        self.serverKey = ServerKey(serverKey)
        self.adminMAC = self.serverKey.mac(of: adminKey)
    }
}

/// Decides whose data a request may touch and how much of it there may be, before its body is read.
struct AccessGate: Sendable {
    let keys: AccessKeys?
    let holder: StoreHolder
    let quotas: QuotaMeter
    let maintenance: Maintenance
    private let cache = KeyCache()

    init(keys: AccessKeys?, holder: StoreHolder, quotas: QuotaMeter, maintenance: Maintenance) {
        self.maintenance = maintenance
        self.keys = keys
        self.holder = holder
        self.quotas = quotas
    }

    /// What an admitted request goes on with.
    struct Admission: Sendable {
        var tenant = TenantID.single
        /// For the answer: where the customer stands.
        var headers: HTTPFields = [:]
    }

    /// - Throws: `APIError` 401, 403, 429, or 503 in maintenance.
    func admit(_ request: Request, to access: Access) async throws -> Admission {
        switch access {
        case .open: return Admission()
        case .admin:
            try admitAdmin(request)
            return Admission()
        case .tenant:
            try maintenance.check()
            guard let keys else { return Admission() }
            return try await admitTenant(request, keys)
        }
    }

    private func admitAdmin(_ request: Request) throws(APIError) {
        guard let keys else {
            throw APIError(
                status: .forbidden,
                code: "admin_disabled",
                message: "this service runs without keys; set ADMIN_API_KEY and SERVER_KEY to administer it over HTTP"
            )
        }
        guard let credential = Self.credential(of: request), keys.serverKey.verifies(credential, mac: keys.adminMAC)
        else { throw Self.unauthorized("this needs the admin key") }
    }

    private func admitTenant(_ request: Request, _ keys: AccessKeys) async throws -> Admission {
        // One message for every reason, so that nothing can be learnt from trying.
        let refusal = Self.unauthorized("this needs a valid API key")
        guard let key = Self.credential(of: request).flatMap(APIKey.init) else { throw refusal }
        let store = try holder.store()
        let found = try await cache.holder(of: key.id, in: store)
        // Without a key of this id the work is the same.
        let isValid = keys.serverKey.verifies(key.text, mac: found?.mac ?? Data(count: 32))
        guard let customer = found?.customer, isValid else { throw refusal }
        if let limit = customer.requestsPerMinute,
            let wait = try await store.takeRequest(ofKey: key.id, perMinute: limit)
        {
            throw Self.tooMany("rate_limited", "more than \(limit) requests a minute", wait)
        }
        var admission = Admission(tenant: customer.tenant)
        guard let quota = customer.monthlyQuota else { return admission }
        let standing = try await quotas.count(customer, quota: quota, store: store)
        guard !standing.isExceeded else {
            let message = "the month's quota of \(quota) requests is used up"
            throw Self.tooMany("quota_exceeded", message, QuotaMeter.secondsLeft(after: .now()))
        }
        admission.headers[.quotaLimit] = "\(quota)"
        admission.headers[.quotaRemaining] = "\(standing.remaining)"
        if standing.isNearlyUsed {
            admission.headers[.quotaWarning] = "\(standing.used) of \(quota) requests of this month are used"
        }
        return admission
    }

    /// `Authorization: Bearer KEY` or `X-API-Key: KEY`.
    private static func credential(of request: Request) -> String? {
        if let key = request.headers[.apiKey] { return key }
        guard let header = request.headers[.authorization], header.lowercased().hasPrefix("bearer ") else { return nil }
        return String(header.dropFirst("bearer ".count))
    }

    private static func unauthorized(_ message: String) -> APIError {
        APIError(
            status: .unauthorized,
            code: "unauthorized",
            message: message + ", as 'Authorization: Bearer KEY' or 'X-API-Key: KEY'",
            headers: [.wwwAuthenticate: "Bearer"]
        )
    }

    private static func tooMany(_ code: String, _ message: String, _ wait: Int) -> APIError {
        APIError(status: .tooManyRequests, code: code, message: message, headers: [.retryAfter: "\(wait)"])
    }
}

/// Remembers keys for a few seconds: that long a revoked key may still work.
private final class KeyCache: Sendable {
    private struct Entry {
        let holder: (customer: Customer, mac: Data)
        let until: ContinuousClock.Instant
    }

    private static let lifetime: Duration = .seconds(2)
    private static let capacity = 10_000

    private let entries = Mutex<[String: Entry]>([:])

    func holder(of id: String, in store: any EpisodeStorage) async throws -> (customer: Customer, mac: Data)? {
        let now = ContinuousClock.now
        if let entry = entries.withLock({ $0[id] }), entry.until > now { return entry.holder }
        let holder = try await store.keyHolder(id)
        entries.withLock { entries in
            if entries.count >= Self.capacity { entries.removeAll() }
            // Ids that do not exist are not remembered: there are as many as anyone cares to invent.
            entries[id] = holder.map { Entry(holder: $0, until: now + Self.lifetime) }
        }
        return holder
    }
}
