extension StoredEpisode {
    /// Writes the members of the episode into the object that is open.
    func write(to object: inout JSONWriter) {
        object.member("id", id.description)
        object.member("created_at", createdAt.description)
        episode.write(to: &object)
        object.member("occurrences", history.occurrences)
        object.member("helped", history.helped)
        object.member("not_helped", history.notHelped)
        object.member("uses", history.uses)
        object.optionalMember("last_seen_at", history.lastSeenAt)
        object.optionalMember("last_used_at", history.lastUsedAt)
        object.optionalMember("archived_at", history.archivedAt)
        object.optionalMember("merged_into", history.mergedInto)
        object.optionalMember("resolved_by", history.resolvedBy)
    }
}

extension Episode {
    /// Writes what was captured into the object that is open.
    func write(to object: inout JSONWriter) {
        object.member("episode_type", type.rawValue)
        object.member("goal", goal)
        object.member("actions_taken", actionsTaken)
        object.member("error_trace", errorTrace)
        object.member("error_class", errorClass)
        object.member("tool_chain", toolChain)
        object.member("resolution", resolution)
        object.member("code_state_diff", codeStateDiff)
        object.member("environment_info", .object(environmentInfo))
        object.member("tags", tags)
    }
}

extension JSONWriter {
    /// Writes the member only when there is a value.
    fileprivate mutating func optionalMember(_ name: String, _ value: (some CustomStringConvertible)?) {
        if let value { member(name, value.description) }
    }
}
