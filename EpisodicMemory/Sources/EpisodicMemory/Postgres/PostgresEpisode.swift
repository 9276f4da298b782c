/// How an episode is laid out in PostgreSQL's table.
enum PostgresEpisode {
    /// The columns that `read(_:)` takes, in its order, of the table named `e`.
    static let columns = """
        e.uid, e.created_at, e.episode_type, e.goal, e.actions_taken, e.error_trace, e.error_class, e.tool_chain,
        e.resolution, e.code_state_diff, e.environment_info, e.tags, e.occurrences, e.last_seen_at, e.helped,
        e.not_helped, e.uses, e.last_used_at, e.archived_at, e.merged_into, e.resolved_by
        """
    static let columnCount = 21

    /// The columns of `values(of:)`.
    static let captured = """
        episode_type, goal, actions_taken, error_trace, error_class, tool_chain, resolution, code_state_diff,
        environment_info, tags
        """

    static func values(of episode: Episode) -> [PostgresValue] {
        [
            .integer(episode.type.code), .text(episode.goal), .texts(episode.actionsTaken), .text(episode.errorTrace),
            .text(episode.errorClass), .texts(episode.toolChain), .text(episode.resolution),
            .text(episode.codeStateDiff), .text(JSONValue.object(episode.environmentInfo).text), .texts(episode.tags),
        ]
    }

    static func read(_ row: PostgresRow) throws -> StoredEpisode {
        guard let type = EpisodeRow.type(of: try row.count(2)) else {
            throw PostgresError.malformed("an episode's type is damaged")
        }
        var episode = Episode(type: type, goal: try row.text(3))
        episode.actionsTaken = try row.texts(4)
        episode.errorTrace = try row.text(5)
        episode.errorClass = try row.text(6)
        episode.toolChain = try row.texts(7)
        episode.resolution = try row.text(8)
        episode.codeStateDiff = try row.text(9)
        episode.environmentInfo = try EpisodeRow.environment(try row.text(10))
        episode.tags = try row.texts(11)
        var stored = StoredEpisode(id: try row.id(0), createdAt: try row.time(1), episode: episode)
        stored.history = EpisodeHistory(
            occurrences: try row.count(12),
            lastSeenAt: try row.optionalTime(13),
            helped: try row.count(14),
            notHelped: try row.count(15),
            uses: try row.count(16),
            lastUsedAt: try row.optionalTime(17),
            archivedAt: try row.optionalTime(18),
            mergedInto: try row.optionalID(19),
            resolvedBy: try row.optionalID(20)
        )
        return stored
    }
}
