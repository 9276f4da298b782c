extension Configuration {
    /// Opens the database these settings name, making it when it is not there, and brings its schema up to date.
    func openStorage() async throws -> any EpisodeStorage {
        try await EpisodeStore.open(self)
    }
}
