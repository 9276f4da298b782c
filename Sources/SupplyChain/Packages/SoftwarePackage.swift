import Images

/// A piece of software that was found somewhere.
package struct SoftwarePackage: Sendable, Hashable {
    /// Where a package was seen.
    package struct Location: Sendable, Hashable, Comparable {
        /// Relative to the image's root or to the folder that was looked through.
        package let path: String
        /// The layer that holds the file, by the digest of its uncompressed content.
        package let layer: Digest?
        /// The line that names the package, counted from 1; nil where lines mean nothing.
        package let line: Int?

        package init(path: String, layer: Digest? = nil, line: Int? = nil) {
            self.path = path
            self.layer = layer
            self.line = line
        }

        package static func < (left: Self, right: Self) -> Bool {
            (left.path, left.line ?? 0, left.layer?.hex ?? "") < (right.path, right.line ?? 0, right.layer?.hex ?? "")
        }
    }

    package var purl: PackageURL
    /// As its own ecosystem writes it.
    package var name: String
    package var version: String?
    /// Where its name has a meaning in advisories; nil where no database speaks of such packages.
    package var ecosystem: Ecosystem?
    /// What advisories call it: for distributions the source package, elsewhere its name.
    package var advisoryName: String
    package var advisoryVersion: String?
    /// Licences as found, not judged.
    package var licenses: [String]
    package var supplier: String?
    package var locations: [Location]

    package init(
        purl: PackageURL,
        name: String,
        version: String?,
        ecosystem: Ecosystem?,
        advisoryName: String? = nil,
        advisoryVersion: String? = nil,
        licenses: [String] = [],
        supplier: String? = nil,
        locations: [Location]
    ) {
        self.purl = purl
        self.name = name
        self.version = version
        self.ecosystem = ecosystem
        self.advisoryName = advisoryName ?? name
        self.advisoryVersion = advisoryVersion ?? version
        self.licenses = licenses
        self.supplier = supplier
        self.locations = locations
    }
}
