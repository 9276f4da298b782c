import Foundation
import GRDB

/// How an episode is laid out in its table.
enum EpisodeRow {
    static let insert = """
        INSERT INTO episodes (uid, created_at, episode_type, goal, actions_taken, error_trace, error_class, tool_chain,
            resolution, code_state_diff, environment_info, tags, idempotency_key)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """

    /// The columns that `episode(_:)` reads, in its order.
    static let columns = """
        e.uid, e.created_at, e.episode_type, e.goal, e.actions_taken, e.error_trace, e.error_class, e.tool_chain,
        e.resolution, e.code_state_diff, e.environment_info, e.tags
        """
    static let columnCount = 12

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
        episode.environmentInfo = (try JSONParser.parse(row[10] as String)).objectValue ?? []
        episode.tags = split(row[11])
        return StoredEpisode(id: id, createdAt: Timestamp(milliseconds: row[1]), episode: episode)
    }

    static func id(_ stored: Data) -> EpisodeID? {
        EpisodeID(stored: Array(stored))
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

    private static let separator = "\u{1F}"

    /// The separator has no meaning in text; inside an element a space stands for it.
    private static func join(_ elements: [String]) -> String {
        elements.map { $0.utf8.contains(0x1F) ? $0.replacing(separator, with: " ") : $0 }.joined(separator: separator)
    }

    private static func split(_ text: String) -> [String] {
        text.isEmpty ? [] : text.split(separator: separator, omittingEmptySubsequences: false).map(String.init)
    }
}
