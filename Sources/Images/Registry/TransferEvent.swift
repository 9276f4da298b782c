/// What happens to one blob on its way to or from a registry.
package struct TransferEvent: Sendable, Hashable {
    package enum State: Sendable, Hashable {
        /// So many of its bytes are on the other side; the number may go back when a connection broke.
        case moved(Int64)
        case done(Outcome)
    }

    package enum Outcome: Sendable, Hashable {
        case uploaded, downloaded
        /// The other side had it.
        case present
        /// The registry took it from another of its repositories.
        case mounted
    }

    package let blob: Descriptor
    package let state: State
}

/// Called from any task, often.
package typealias TransferObserver = @Sendable (TransferEvent) -> Void
