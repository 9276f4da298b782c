/// What an agent tried, and what came of it.
package struct Episode: Sendable, Equatable {
    package var type: EpisodeType
    package var goal: String
    package var actionsTaken: [String] = []
    package var errorTrace = ""
    package var errorClass = ""
    package var toolChain: [String] = []
    package var resolution = ""
    package var codeStateDiff = ""
    package var environmentInfo: [JSONValue.Member] = []
    package var tags: [String] = []

    package init(type: EpisodeType, goal: String) {
        self.type = type
        self.goal = goal
    }
}

package enum EpisodeType: String, Sendable, CaseIterable {
    case failure
    case success
}

/// An episode as it is kept.
package struct StoredEpisode: Sendable, Equatable {
    package let id: EpisodeID
    package let createdAt: Timestamp
    package var episode: Episode
    package var history = EpisodeHistory()
}

/// What became of an episode after its capture.
package struct EpisodeHistory: Sendable, Equatable {
    /// How often it happened, near-duplicates that were merged into it included.
    package var occurrences = 1
    package var lastSeenAt: Timestamp?
    package var helped = 0
    package var notHelped = 0
    /// How often a search or a reflection gave it.
    package var uses = 0
    package var lastUsedAt: Timestamp?
    package var archivedAt: Timestamp?
    /// The episode that took this one in.
    package var mergedInto: EpisodeID?
    /// The success that resolved this failure.
    package var resolvedBy: EpisodeID?
}
