import GRDB

/// Which episodes a search or a list considers. Archived ones are never among them.
struct EpisodeFilter: Sendable {
    var type: EpisodeType?
    var errorClass: String?
    var tool: String?
    var tag: String?
    /// Inclusive.
    var createdAfter: Timestamp?
    /// Exclusive.
    var createdBefore: Timestamp?

    /// Whether every episode of a tenant passes, archived ones aside.
    var isEmpty: Bool {
        type == nil && errorClass == nil && tool == nil && tag == nil && createdAfter == nil && createdBefore == nil
    }

    /// Conditions on the table `e`, with their values in order.
    func sql(tenant: TenantID) -> (text: String, arguments: StatementArguments) {
        var conditions = ["e.tenant = ?", "e.archived_at IS NULL"]
        var arguments: StatementArguments = [tenant.code]
        func add(_ condition: String, _ value: (any DatabaseValueConvertible)?) {
            guard let value else { return }
            conditions.append(condition)
            arguments += [value]
        }
        add("e.episode_type = ?", type.map(EpisodeRow.code))
        add("e.error_class = ?", errorClass)
        add("instr(char(31) || e.tool_chain || char(31), char(31) || ? || char(31)) > 0", tool)
        add("instr(char(31) || e.tags || char(31), char(31) || ? || char(31)) > 0", tag)
        add("e.created_at >= ?", createdAfter?.milliseconds)
        add("e.created_at < ?", createdBefore?.milliseconds)
        return (conditions.joined(separator: " AND "), arguments)
    }
}
