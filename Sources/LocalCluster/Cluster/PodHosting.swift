/// What runs the pods of a cluster's server.
package protocol PodHosting: PodLogSource, PodAddressing {
    /// Finds out how pods can be run here, and makes the node.
    func prepare() async throws
    /// What a user should know about how pods run here; known after `prepare`.
    var notes: [String] { get async }
    /// Runs pods until it is cancelled.
    func run() async throws
}
