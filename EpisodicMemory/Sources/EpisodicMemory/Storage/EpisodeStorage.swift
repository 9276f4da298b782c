import Foundation

/// What the service asks of its database. Everything above it is the same whichever database serves: nothing here
/// is of one of them, errors aside. Each call is whole by itself and may come from many tasks at once.
protocol EpisodeStorage: Sendable {
    /// Where the data is, for people: a folder, or a server without its password.
    var location: String { get }
    /// How many vectors are held in memory, for the metrics; nil when the database keeps them.
    var vectorCount: Int? { get }

    /// Does beforehand what the first search would wait for.
    func warmUp() async throws
    /// - Throws: when the database does not answer.
    func check() async throws
    /// Writes down what is only in memory, then closes.
    func close() async throws

    // MARK: Episodes

    /// Stores an episode and returns once it is on the disk. Credentials and personal data do not get that far.
    ///
    /// - Throws: `APIError` when the idempotency key came with another episode before.
    func capture(_ request: CaptureRequest, tenant: TenantID) async throws -> CaptureResult
    /// The episodes that fit best, in order.
    func search(_ request: SearchRequest, tenant: TenantID) async throws -> [SearchHit]
    /// Remembers that these were given to someone. It is written down with the next `flushUses()`.
    func recordUse(of hits: [SearchHit])
    func flushUses() async throws
    func episode(_ id: EpisodeID, tenant: TenantID) async throws -> StoredEpisode?
    func episodes(_ filter: EpisodeFilter, _ page: PageRequest, tenant: TenantID) async throws -> EpisodePage
    /// Removes an episode and everything made from it, and says whether it was there.
    func delete(_ id: EpisodeID, tenant: TenantID) async throws -> Bool
    /// Remembers whether an episode helped the agent that was given it, and gives it as it is now.
    func recordFeedback(_ id: EpisodeID, helped: Bool, tenant: TenantID) async throws -> StoredEpisode?
    func statistics(tenant: TenantID) async throws -> Statistics

    // MARK: Customers

    func createCustomer(_ request: CustomerRequest) async throws -> Customer
    /// In the order of their creation, from after `cursor` on; one more than `limit` when there are more.
    func customers(limit: Int, after cursor: EpisodeID?) async throws -> [Customer]
    func customer(_ id: EpisodeID) async throws -> Customer?
    /// Removes a customer with its keys and everything it stored.
    func delete(_ customer: Customer) async throws
    /// Makes a key, which nobody can be told again.
    func createKey(named name: String, for customer: Customer, serverKey: ServerKey) async throws -> APIKey
    func keys(of customer: Customer) async throws -> [KeyRecord]
    /// Says whether the customer has such a key.
    func revokeKey(_ id: String, of customer: Customer) async throws -> Bool
    /// The customer of a key that was not revoked, and what its text must authenticate to.
    func keyHolder(_ id: String) async throws -> (customer: Customer, mac: Data)?
    /// How many requests all replicas counted and wrote down.
    func requests(of tenant: TenantID, in month: Int) async throws -> Int
    func addRequests(_ counts: [(tenant: TenantID, month: Int, count: Int)]) async throws
    /// Takes one request out of the key's bucket: nil when it may pass, else the seconds until one may.
    func takeRequest(ofKey id: String, perMinute: Int) async throws -> Int?

    // MARK: Housekeeping

    /// One round of consolidation, unless another replica is at it.
    func consolidate(archiveAfter: Duration?, now: Timestamp) async throws -> Consolidation.Outcome?

    // MARK: Backup

    /// Writes a copy of everything as it is now to a new SQLite file, while others go on writing. It is the same
    /// format whatever the database: what one saved, the other takes.
    ///
    /// - Throws: `BackupError` when the file exists.
    func backup(to path: String) async throws
    /// Puts the contents of a backup in place of everything, in one transaction that every process sees whole.
    /// The file's schema is brought up to date in place.
    ///
    /// - Throws: `BackupError` when the file is no backup, and nothing was changed.
    func restore(from path: String) async throws
}
