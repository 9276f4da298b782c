/// A value that cannot be printed by accident: every description of it is `***` (design decision 8).
package struct Secret: Sendable, Hashable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    private let value: String

    package init(_ value: String) { self.value = value }

    /// The real value, for the one place that hands it to the tool that needs it.
    package func reveal() -> String { value }

    package var description: String { "***" }
    package var debugDescription: String { "***" }
    package var customMirror: Mirror { Mirror(self, children: []) }
}
