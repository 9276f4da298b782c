/// A NuGet version: SemVer 2.0.0 with an optional fourth number, and with pre-releases whose case means nothing.
struct NuGetVersion: Sendable, Hashable, Comparable {
    private let revision: DigitString
    private let version: SemanticVersion

    init?(_ text: String) {
        let core = text.prefix { $0 != "-" && $0 != "+" }
        let numbers = core.split(separator: ".", omittingEmptySubsequences: false)
        guard text.first?.isNumber == true, numbers.count <= 4 else { return nil }
        let rest = text[core.endIndex...].lowercased()
        guard let version = SemanticVersion(numbers.prefix(3).joined(separator: ".") + rest) else { return nil }
        guard let revision = numbers.count == 4 ? DigitString(numbers[3]) : .zero else { return nil }
        self.version = version
        self.revision = revision
    }

    static func < (left: Self, right: Self) -> Bool {
        // The fourth number stands before the pre-release.
        if left.version.numbers != right.version.numbers { return left.version < right.version }
        return left.revision == right.revision ? left.version < right.version : left.revision < right.revision
    }
}
