import Foundation

/// What an image is built on.
package enum ImageFoundation: Sendable, Hashable {
    /// Nothing: everything that the programs need comes from this machine's system.
    case scratch
    /// An image of the store, by its manifest or index; `name` is what the user called it.
    case image(Digest, name: String)
    /// A folder with a root file system, such as `debootstrap` makes.
    case folder(URL)
}
