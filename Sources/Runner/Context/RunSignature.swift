import Core
import Foundation

/// A run's name among all runs of the machine.
///
/// The id of a run says when it began, and is its own within one state directory only: runs of two projects can begin
/// in the same millisecond. What the machine keeps for all of them (processes, containers) carries this name, so that
/// the end of one run never touches another's.
enum RunSignature {
    static func of(run id: String, in state: StateDirectory) -> String {
        var information = stat()
        // Device and inode, not the path: a path can lead to different folders in different mount namespaces.
        guard stat(state.url.path, &information) == 0 else { return "slipway_\(id)" }
        let place = [UInt64(information.st_dev), UInt64(information.st_ino)].map { String($0, radix: 36) }
        return "slipway_\(place.joined(separator: "-"))_\(id)"
    }
}
