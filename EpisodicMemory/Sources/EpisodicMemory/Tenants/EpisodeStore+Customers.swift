import Foundation
import GRDB

extension EpisodeStore {
    private static let columns = "c.id, c.uid, c.name, c.created_at, c.monthly_quota, c.requests_per_minute"

    func createCustomer(_ request: CustomerRequest) async throws -> Customer {
        let now = Timestamp.now()
        let id = EpisodeID.make(at: now)
        return try await writes.commit { db in
            try db.execute(
                sql: """
                    INSERT INTO customers (uid, name, created_at, monthly_quota, requests_per_minute)
                    VALUES (?, ?, ?, ?, ?)
                    """,
                arguments: [
                    Data(id.bytes), request.name, now.milliseconds, request.monthlyQuota, request.requestsPerMinute,
                ]
            )
            let tenant = TenantID(db.lastInsertedRowID)
            try TextTable(tenant: tenant).create(db)
            return Customer(
                tenant: tenant,
                id: id,
                name: request.name,
                createdAt: now,
                monthlyQuota: request.monthlyQuota,
                requestsPerMinute: request.requestsPerMinute
            )
        }
    }

    /// In the order of their creation, from after `cursor` on; one more than `limit` when there are more.
    func customers(limit: Int, after cursor: EpisodeID?) async throws -> [Customer] {
        try await pool.read { db in
            try Row.fetchAll(
                db,
                sql: "SELECT \(Self.columns) FROM customers c WHERE c.uid > ? ORDER BY c.uid LIMIT ?",
                arguments: [Data(cursor?.bytes ?? []), limit + 1]
            ).compactMap(Self.customer)
        }
    }

    func customer(_ id: EpisodeID) async throws -> Customer? {
        try await pool.read { db in
            try Row.fetchOne(
                db,
                sql: "SELECT \(Self.columns) FROM customers c WHERE c.uid = ?",
                arguments: [Data(id.bytes)]
            ).flatMap(Self.customer)
        }
    }

    /// Removes a customer with its keys and everything it stored.
    func delete(_ customer: Customer) async throws {
        let tenant = customer.tenant
        try await writes.commit { db in
            try TextTable(tenant: tenant).drop(db)
            try db.execute(
                sql: """
                    INSERT INTO vector_changes
                        (episode, tenant, space, code, created_at, labels, error_class, episode_type)
                    SELECT id, tenant, 0, NULL, ?, 0, 0, 0 FROM episodes WHERE tenant = ?
                    """,
                arguments: [Timestamp.now().milliseconds, tenant.code]
            )
            try db.execute(sql: "DELETE FROM episodes WHERE tenant = ?", arguments: [tenant.code])
            try db.execute(sql: "DELETE FROM customers WHERE id = ?", arguments: [tenant.code])
        }
    }

    // MARK: Keys

    /// - Returns: the key, which nobody can be told again.
    func createKey(named name: String, for customer: Customer, serverKey: ServerKey) async throws -> APIKey {
        let key = APIKey.make()
        let mac = serverKey.mac(of: key.text)
        try await writes.commit { db in
            try db.execute(
                sql: "INSERT INTO api_keys (key_id, customer, mac, name, created_at) VALUES (?, ?, ?, ?, ?)",
                arguments: [key.id, customer.tenant.code, mac, name, Timestamp.now().milliseconds]
            )
        }
        return key
    }

    func keys(of customer: Customer) async throws -> [KeyRecord] {
        try await pool.read { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT key_id, name, created_at, revoked_at FROM api_keys WHERE customer = ?
                    ORDER BY created_at, key_id
                    """,
                arguments: [customer.tenant.code]
            ).map {
                KeyRecord(
                    id: $0[0],
                    name: $0[1],
                    createdAt: Timestamp(milliseconds: $0[2]),
                    revokedAt: EpisodeRow.timestamp($0[3])
                )
            }
        }
    }

    /// - Returns: whether the customer has such a key.
    func revokeKey(_ id: String, of customer: Customer) async throws -> Bool {
        try await writes.commit { db in
            try db.execute(
                sql: """
                    UPDATE api_keys SET revoked_at = ifnull(revoked_at, ?) WHERE key_id = ? AND customer = ?
                    """,
                arguments: [Timestamp.now().milliseconds, id, customer.tenant.code]
            )
            return db.changesCount > 0
        }
    }

    /// The customer of a key that was not revoked, and what its text must authenticate to.
    func keyHolder(_ id: String) async throws -> (customer: Customer, mac: Data)? {
        try await pool.read { db in
            let query = try db.cachedStatement(
                sql: """
                    SELECT \(Self.columns), k.mac FROM api_keys k JOIN customers c ON c.id = k.customer
                    WHERE k.key_id = ? AND k.revoked_at IS NULL
                    """
            )
            guard let row = try Row.fetchOne(query, arguments: [id]), let customer = Self.customer(row) else {
                return nil
            }
            return (customer, row[6])
        }
    }

    // MARK: Usage

    func requests(of tenant: TenantID, in month: Int) async throws -> Int {
        try await pool.read { db in
            let query = try db.cachedStatement(sql: "SELECT requests FROM usage WHERE customer = ? AND month = ?")
            return try Int.fetchOne(query, arguments: [tenant.code, month]) ?? 0
        }
    }

    func addRequests(_ counts: [(tenant: TenantID, month: Int, count: Int)]) async throws {
        try await writes.commit { db in
            // A customer that was deleted meanwhile has no usage to keep.
            let update = try db.cachedStatement(
                sql: """
                    INSERT INTO usage (customer, month, requests)
                    SELECT id, ?, ? FROM customers WHERE id = ?
                    ON CONFLICT (customer, month) DO UPDATE SET requests = requests + excluded.requests
                    """
            )
            for entry in counts {
                try update.execute(arguments: [entry.month, entry.count, entry.tenant.code])
            }
        }
    }

    private static func customer(_ row: Row) -> Customer? {
        EpisodeRow.id(row[1]).map { id in
            Customer(
                tenant: TenantID(row[0]),
                id: id,
                name: row[2],
                createdAt: Timestamp(milliseconds: row[3]),
                monthlyQuota: row[4],
                requestsPerMinute: row[5]
            )
        }
    }
}
