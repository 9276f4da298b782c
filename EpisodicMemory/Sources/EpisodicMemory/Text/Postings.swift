/// In which episodes a term is and how often, in the order of their slots.
struct Postings {
    private(set) var slots: [UInt32] = []
    private(set) var counts: [UInt8] = []
    /// Episodes with the term, those that have no slot any more included: what BM25 calls document frequency.
    private(set) var documents = 0
    /// Which of the lists it was to be read, by number.
    var number = 0

    var bytes: Int { slots.count * 5 + 64 }

    mutating func append(_ slot: UInt32, count: UInt8) {
        slots.append(slot)
        counts.append(count)
        documents += 1
    }

    /// Counts an episode that is archived: it is not found, but its words are as common as before.
    mutating func appendArchived() {
        documents += 1
    }

    /// How often the term is in the episode.
    func count(in slot: UInt32) -> UInt8 {
        var (low, high) = (0, slots.count)
        while low < high {
            let middle = (low + high) / 2
            if slots[middle] < slot { low = middle + 1 } else { high = middle }
        }
        return low < slots.count && slots[low] == slot ? counts[low] : 0
    }
}
