/// A statement in the making: each value gets the next number.
struct PostgresQuery {
    private(set) var values: [PostgresValue] = []

    /// The place of the value in the statement's text.
    mutating func bind(_ value: PostgresValue) -> String {
        values.append(value)
        return "$\(values.count)"
    }

    /// Conditions on the table `e`.
    mutating func conditions(_ filter: EpisodeFilter, tenant: TenantID) -> String {
        var conditions = ["e.tenant = \(bind(.integer(tenant.code)))", "e.archived_at IS NULL"]
        if let type = filter.type { conditions.append("e.episode_type = \(bind(.integer(type.code)))") }
        if let errorClass = filter.errorClass { conditions.append("e.error_class = \(bind(.text(errorClass)))") }
        if let tool = filter.tool { conditions.append("\(bind(.text(tool))) = ANY (e.tool_chain)") }
        if let tag = filter.tag { conditions.append("\(bind(.text(tag))) = ANY (e.tags)") }
        if let first = filter.createdAfter { conditions.append("e.created_at >= \(bind(.time(first)))") }
        if let end = filter.createdBefore { conditions.append("e.created_at < \(bind(.time(end)))") }
        return conditions.joined(separator: " AND ")
    }
}

extension EpisodeType {
    /// As in SQLite, so that backups need no translation.
    var code: Int64 { Int64(EpisodeRow.code(of: self)) }
}
