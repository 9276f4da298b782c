import Foundation

/// What `slipway deploy` was told.
package struct DeployOptions: Sendable {
    package var image = ImageRequest.standard
    package var approval = ApprovalSource.missing
    /// Seconds instead of the window of slipway.yml; 0: no watch.
    package var watch: TimeInterval?
    /// Seconds to wait for another release.
    package var wait: TimeInterval = 0
    package var takeOver = false

    package init() {}
}
