/// Whose data it is. Every statement that reads or writes episodes names it.
package struct TenantID: Sendable, Hashable {
    package let code: Int64

    package init(_ code: Int64) {
        self.code = code
    }

    /// The only one of a service that runs without keys.
    package static let single = TenantID(0)
}
