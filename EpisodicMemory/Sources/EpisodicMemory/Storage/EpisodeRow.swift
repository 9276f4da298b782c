import Foundation
import GRDB

/// How an episode is laid out in its table.
enum EpisodeRow {
    static let insert = """
        INSERT INTO episodes (uid, created_at, tenant, episode_type, goal, actions_taken, error_trace, error_class,
            tool_chain, resolution, code_state_diff, environment_info, tags)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """

    /// The columns that `episode(_:)` reads, in its order, of the table named `e`.
    static let columns = """
        e.uid, e.created_at, e.episode_type, e.goal, e.actions_taken, e.error_trace, e.error_class, e.tool_chain,
        e.resolution, e.code_state_diff, e.environment_info, e.tags, e.occurrences, e.last_seen_at, e.helped,
        e.not_helped, e.uses, e.last_used_at, e.archived_at, e.merged_into, e.resolved_by
        """
    static let columnCount = 21

    /// In the order of `insert`, from the type to the tags.
    static func values(of episode: Episode) -> StatementArguments {
        [
            code(of: episode.type), episode.goal, join(episode.actionsTaken), episode.errorTrace, episode.errorClass,
            join(episode.toolChain), episode.resolution, episode.codeStateDiff,
            JSONValue.object(episode.environmentInfo).text, join(episode.tags),
        ]
    }

    /// - Throws: `DatabaseError` when the row is not one this schema allows.
    static func episode(_ row: Row) throws -> StoredEpisode {
        guard let id = id(row[0]), let type = type(of: row[2]) else {
            throw DatabaseError(resultCode: .SQLITE_CORRUPT, message: "an episode's id or type is damaged")
        }
        var episode = Episode(type: type, goal: row[3])
        episode.actionsTaken = split(row[4])
        episode.errorTrace = row[5]
        episode.errorClass = row[6]
        episode.toolChain = split(row[7])
        episode.resolution = row[8]
        episode.codeStateDiff = row[9]
        episode.environmentInfo = try environment(row[10])
        episode.tags = split(row[11])
        var stored = StoredEpisode(id: id, createdAt: Timestamp(milliseconds: row[1]), episode: episode)
        stored.history = EpisodeHistory(
            occurrences: row[12],
            lastSeenAt: timestamp(row[13]),
            helped: row[14],
            notHelped: row[15],
            uses: row[16],
            lastUsedAt: timestamp(row[17]),
            archivedAt: timestamp(row[18]),
            mergedInto: (row[19] as Data?).flatMap { Self.id($0) },
            resolvedBy: (row[20] as Data?).flatMap { Self.id($0) }
        )
        return stored
    }

    static func id(_ stored: Data) -> EpisodeID? {
        EpisodeID(stored: Array(stored))
    }

    static func timestamp(_ milliseconds: Int64?) -> Timestamp? {
        milliseconds.map(Timestamp.init(milliseconds:))
    }

    static func environment(_ text: String) throws -> [JSONValue.Member] {
        if text == "{}" { return [] }
        return (try JSONParser.parse(text)).objectValue ?? []
    }

    /// - Throws: what SQLite says.
    static func embedding(_ row: Row, at index: Int) throws -> Embedding? {
        let embedding = try row.withUnsafeData(atIndex: index) { data in
            data?.withUnsafeBytes(Embedding.init(stored:))
        }
        return embedding ?? nil
    }

    static func code(of type: EpisodeType) -> Int {
        type == .failure ? 0 : 1
    }

    static func type(of code: Int) -> EpisodeType? {
        switch code {
        case 0: .failure
        case 1: .success
        default: nil
        }
    }

    /// What stands between the elements of a list.
    static let separator = "\u{1F}"

    /// The separator has no meaning in text; inside an element a space stands for it.
    private static func join(_ elements: [String]) -> String {
        // One empty element must not read as no element.
        if elements == [""] { return separator }
        return elements.map { $0.utf8.contains(0x1F) ? $0.replacing(separator, with: " ") : $0 }
            .joined(separator: separator)
    }

    static func split(_ text: String) -> [String] {
        switch text {
        case "": return []
        case separator: return [""]
        default:
            var text = text
            return text.withUTF8 { bytes in
                bytes.split(separator: 0x1F, omittingEmptySubsequences: false).map {
                    String(decoding: UnsafeBufferPointer(rebasing: $0), as: UTF8.self)
                }
            }
        }
    }
}
