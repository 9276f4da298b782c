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
}
