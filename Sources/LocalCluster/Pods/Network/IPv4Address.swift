/// An address as one number, to count and compare with.
struct IPv4Address: Sendable, Hashable, Comparable, CustomStringConvertible {
    let number: UInt32

    init(number: UInt32) { self.number = number }

    init(_ a: UInt8, _ b: UInt8, _ c: UInt8, _ d: UInt8) {
        number = UInt32(a) << 24 | UInt32(b) << 16 | UInt32(c) << 8 | UInt32(d)
    }

    init?(_ text: String) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false).map { UInt8($0) }
        guard parts.count == 4, let a = parts[0], let b = parts[1], let c = parts[2], let d = parts[3] else {
            return nil
        }
        self.init(a, b, c, d)
    }

    var description: String {
        "\(number >> 24).\(number >> 16 & 255).\(number >> 8 & 255).\(number & 255)"
    }

    static func < (left: Self, right: Self) -> Bool { left.number < right.number }
}

/// Hands out addresses of a range, each to one owner, and not the same again soon.
struct AddressPool: Sendable {
    let first: IPv4Address
    let last: IPv4Address
    private var owners: [IPv4Address: String] = [:]
    private var addresses: [String: IPv4Address] = [:]
    private var next: IPv4Address

    init(from first: IPv4Address, through last: IPv4Address) {
        self.first = first
        self.last = last
        next = first
    }

    /// Begins the search for free addresses here.
    mutating func skip(to address: IPv4Address) {
        if (first...last).contains(address) { next = address }
    }

    /// The owner's address: the one it has, or the next free one; nil when all are taken.
    mutating func allocate(for owner: String) -> IPv4Address? {
        if let known = addresses[owner] { return known }
        guard owners.count <= last.number - first.number else { return nil }
        while owners[next] != nil { advance() }
        let address = next
        owners[address] = owner
        addresses[owner] = address
        advance()
        return address
    }

    /// Notes an address that was given away in an earlier life.
    mutating func reserve(_ address: IPv4Address, for owner: String) {
        owners[address] = owner
        addresses[owner] = address
        if address >= next, address < last { next = IPv4Address(number: address.number + 1) }
    }

    mutating func release(_ owner: String) {
        guard let address = addresses.removeValue(forKey: owner) else { return }
        owners[address] = nil
    }

    private mutating func advance() {
        next = next >= last ? first : IPv4Address(number: next.number + 1)
    }
}
