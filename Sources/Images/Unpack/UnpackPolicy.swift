/// What an unpacker accepts.
///
/// Extended attributes are never applied: labels belong to the host, and capabilities are rights on it.
package struct UnpackPolicy: Sendable, Hashable {
    package enum SetID: Sendable, Hashable {
        /// Files lose their set-uid and set-gid bits. The default: the unpacked tree lies on the
        /// host, where such a file would hand its owner's rights to any local user.
        case strip
        case keep
        /// Such files, and files with capabilities, are refused.
        case refuse
    }

    package var setID: SetID
    /// Bytes that all layers together may unpack to.
    package var maximumBytes: Int64
    /// Members that all layers together may have.
    package var maximumEntries: Int

    package init(setID: SetID = .strip, maximumBytes: Int64 = 32 << 30, maximumEntries: Int = 2_000_000) {
        self.setID = setID
        self.maximumBytes = maximumBytes
        self.maximumEntries = maximumEntries
    }
}
