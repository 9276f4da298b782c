import Foundation

extension PostgresStore {
    private static let columns = "c.id, c.uid, c.name, c.created_at, c.monthly_quota, c.requests_per_minute"

    func createCustomer(_ request: CustomerRequest) async throws -> Customer {
        let now = Timestamp.now()
        return try await pool.run { session in
            let rows = try session.query(
                """
                INSERT INTO customers AS c (uid, name, created_at, monthly_quota, requests_per_minute)
                VALUES ($1, $2, $3, $4::bigint, $5::bigint) RETURNING \(Self.columns)
                """,
                [
                    .id(EpisodeID.make(at: now)), .text(request.name), .time(now),
                    .optional(request.monthlyQuota.map(Int64.init)),
                    .optional(request.requestsPerMinute.map(Int64.init)),
                ]
            )
            guard let row = rows.first else { throw PostgresError.malformed("a new customer has no row") }
            return try Self.customer(row)
        }
    }

    func customers(limit: Int, after cursor: EpisodeID?) async throws -> [Customer] {
        try await pool.run { session in
            try session.query(
                """
                SELECT \(Self.columns) FROM customers c WHERE $1::uuid IS NULL OR c.uid > $1::uuid
                ORDER BY c.uid LIMIT $2
                """,
                [.optional(cursor), .integer(Int64(limit + 1))]
            ).map(Self.customer)
        }
    }

    func customer(_ id: EpisodeID) async throws -> Customer? {
        try await pool.run { session in
            try session.query("SELECT \(Self.columns) FROM customers c WHERE c.uid = $1", [.id(id)]).first
                .map(Self.customer)
        }
    }

    func delete(_ customer: Customer) async throws {
        let tenant = PostgresValue.integer(customer.tenant.code)
        try await pool.run { session in
            try session.transaction {
                // What a customer stored may be much; its deletion must not end half-way.
                try session.script("SET LOCAL statement_timeout = 0")
                let limit = session.limit
                session.limit = nil
                defer { session.limit = limit }
                try session.execute("DELETE FROM customers WHERE id = $1", [tenant])
                try session.execute("DELETE FROM episodes WHERE tenant = $1", [tenant])
            }
        }
    }

    // MARK: Keys

    func createKey(named name: String, for customer: Customer, serverKey: ServerKey) async throws -> APIKey {
        let key = APIKey.make()
        let mac = serverKey.mac(of: key.text)
        try await pool.run { session in
            _ = try session.execute(
                "INSERT INTO api_keys (key_id, customer, mac, name, created_at) VALUES ($1, $2, $3, $4, $5)",
                [.text(key.id), .integer(customer.tenant.code), .bytes(mac), .text(name), .time(.now())]
            )
        }
        return key
    }

    func keys(of customer: Customer) async throws -> [KeyRecord] {
        try await pool.run { session in
            try session.query(
                """
                SELECT key_id, name, created_at, revoked_at FROM api_keys WHERE customer = $1
                ORDER BY created_at, key_id COLLATE "C"
                """,
                [.integer(customer.tenant.code)]
            ).map { row in
                KeyRecord(
                    id: try row.text(0),
                    name: try row.text(1),
                    createdAt: try row.time(2),
                    revokedAt: try row.optionalTime(3)
                )
            }
        }
    }

    func revokeKey(_ id: String, of customer: Customer) async throws -> Bool {
        try await pool.run { session in
            try session.execute(
                "UPDATE api_keys SET revoked_at = coalesce(revoked_at, $1) WHERE key_id = $2 AND customer = $3",
                [.time(.now()), .text(id), .integer(customer.tenant.code)]
            ) > 0
        }
    }

    func keyHolder(_ id: String) async throws -> (customer: Customer, mac: Data)? {
        try await pool.run { session in
            try session.query(
                """
                SELECT \(Self.columns), k.mac FROM api_keys k JOIN customers c ON c.id = k.customer
                WHERE k.key_id = $1 AND k.revoked_at IS NULL
                """,
                [.text(id)]
            ).first.map { row in (try Self.customer(row), try row.data(6)) }
        }
    }

    // MARK: Usage

    func requests(of tenant: TenantID, in month: Int) async throws -> Int {
        try await pool.run { session in
            try session.query(
                "SELECT requests FROM usage WHERE customer = $1 AND month = $2",
                [.integer(tenant.code), .integer(Int64(month))]
            ).first?.count(0) ?? 0
        }
    }

    func addRequests(_ counts: [(tenant: TenantID, month: Int, count: Int)]) async throws {
        // In one order everywhere, so that replicas do not wait for each other in a circle.
        let counts = counts.sorted { $0.tenant.code < $1.tenant.code }
        try await pool.run { session in
            // A customer that was deleted meanwhile has no usage to keep.
            _ = try session.execute(
                """
                INSERT INTO usage AS u (customer, month, requests)
                SELECT c.id, g.month, g.count FROM unnest($1::bigint[], $2::bigint[], $3::bigint[]) g (id, month, count)
                JOIN customers c ON c.id = g.id ORDER BY c.id
                ON CONFLICT (customer, month) DO UPDATE SET requests = u.requests + excluded.requests
                """,
                [
                    .integers(counts.map(\.tenant.code)), .integers(counts.map { Int64($0.month) }),
                    .integers(counts.map { Int64($0.count) }),
                ]
            )
        }
    }

    /// By the server's clock, in one statement: the limit holds for all replicas together.
    func takeRequest(ofKey id: String, perMinute: Int) async throws -> Int? {
        let row = try await pool.run { session in
            try session.query(
                """
                INSERT INTO rate_buckets AS b (key_id, level, filled_at, passed)
                SELECT k.key_id, $2::float8 - 1, clock_timestamp(), true FROM api_keys k WHERE k.key_id = $1
                ON CONFLICT (key_id) DO UPDATE SET (level, filled_at, passed) = (
                    SELECT CASE WHEN r.level >= 1 THEN r.level - 1 ELSE r.level END, clock_timestamp(), r.level >= 1
                    FROM (SELECT least($2::float8, b.level + $2::float8 / 60
                        * greatest(0, extract(epoch FROM clock_timestamp() - b.filled_at))::float8) AS level) r
                ) RETURNING b.passed, b.level
                """,
                [.text(id), .double(Double(perMinute))]
            ).first.map { row in (passed: try row.bool(0), level: try row.double(1)) }
        }
        // The key was deleted a moment ago.
        guard let row, !row.passed else { return nil }
        return max(1, Int(((1 - row.level) * 60 / Double(perMinute)).rounded(.up)))
    }

    private static func customer(_ row: PostgresRow) throws -> Customer {
        Customer(
            tenant: TenantID(try row.integer(0)),
            id: try row.id(1),
            name: try row.text(2),
            createdAt: try row.time(3),
            monthlyQuota: try row.optionalInteger(4).map(Int.init),
            requestsPerMinute: try row.optionalInteger(5).map(Int.init)
        )
    }
}
