import Images

/// What was looked through.
package struct InventorySubject: Sendable, Hashable {
    package enum Kind: String, Sendable, Hashable { case image, folder, document }

    package var kind: Kind
    package var name: String
    package var version: String?
    package var digest: Digest?

    package init(kind: Kind, name: String, version: String? = nil, digest: Digest? = nil) {
        self.kind = kind
        self.name = name
        self.version = version
        self.digest = digest
    }
}

/// Something that could not be found out. Unknown is said; it never counts as safe.
package struct Unknown: Sendable, Hashable, Comparable {
    /// A stable name of the kind, apart from its wording: `no-database`, `no-version`, `unresolved-dependencies`.
    package let rule: String
    package let message: String

    package init(_ rule: String, _ message: String) {
        self.rule = rule
        self.message = message
    }

    package static func < (left: Self, right: Self) -> Bool { (left.rule, left.message) < (right.rule, right.message) }
}

/// The packages of an image, a folder or a document, each once, and what could not be found out.
package struct Inventory: Sendable {
    package var subject: InventorySubject
    package private(set) var unknowns: Set<Unknown> = []
    private var byURL: [PackageURL: SoftwarePackage] = [:]

    package init(subject: InventorySubject) { self.subject = subject }

    /// Sorted by purl.
    package var packages: [SoftwarePackage] { byURL.values.sorted { $0.purl < $1.purl } }

    /// Adds a package; one that several files mention counts once, with all its places and licences.
    package mutating func add(_ package: SoftwarePackage) {
        guard var known = byURL[package.purl] else {
            var package = package
            package.locations = Array(Set(package.locations)).sorted()
            byURL[package.purl] = package
            return
        }
        known.locations = Array(Set(known.locations + package.locations)).sorted()
        known.licenses = Array(Set(known.licenses + package.licenses)).sorted()
        known.supplier = known.supplier ?? package.supplier
        byURL[package.purl] = known
    }

    package mutating func add(_ unknown: Unknown) { unknowns.insert(unknown) }

    package mutating func removeUnknowns(where condition: (Unknown) -> Bool) {
        unknowns = unknowns.filter { !condition($0) }
    }
}
