/// An Aho–Corasick automaton over bytes: one pass finds every occurrence of every pattern, however many there are.
///
/// Nodes are rows in flat arrays, children linked lists: a trie of secrets is nearly all chains, so a step costs little
/// more than a table look-up and memory stays proportional to the length of the patterns.
final class MaskerAutomaton: Sendable {
    /// The deepest node's depth: no stream ever holds back more bytes than this.
    let longestPattern: Int
    let isEmpty: Bool

    private let byte: [UInt8]
    private let firstChild: [Int32]
    private let nextSibling: [Int32]
    private let failure: [Int32]
    private let depths: [Int32]
    /// The length of the longest pattern that ends at a node, 0 where none does.
    private let longestMatch: [Int32]
    /// The root's children by byte, 0 where there is none: the hot table, as most bytes start no secret.
    private let rootChildren: [Int32]

    init(patterns: some Collection<[UInt8]>) {
        var trie = Trie()
        for pattern in patterns where !pattern.isEmpty { trie.insert(pattern) }
        var failure = [Int32](repeating: 0, count: trie.byte.count)
        // Breadth first, so that a node's failure link, which is shallower, is ready before the node needs it.
        var queue: [Int32] = [0]
        var head = 0
        while head < queue.count {
            let node = queue[head]
            head += 1
            var child = trie.firstChild[Int(node)]
            while child != 0 {
                queue.append(child)
                if node != 0 {
                    var candidate = failure[Int(node)]
                    var target = trie.child(of: candidate, trie.byte[Int(child)])
                    while target == 0, candidate != 0 {
                        candidate = failure[Int(candidate)]
                        target = trie.child(of: candidate, trie.byte[Int(child)])
                    }
                    failure[Int(child)] = target
                }
                let own = trie.longestMatch[Int(child)]
                trie.longestMatch[Int(child)] = max(own, trie.longestMatch[Int(failure[Int(child)])])
                child = trie.nextSibling[Int(child)]
            }
        }
        byte = trie.byte
        firstChild = trie.firstChild
        nextSibling = trie.nextSibling
        depths = trie.depth
        longestMatch = trie.longestMatch
        longestPattern = Int(trie.depth.max() ?? 0)
        isEmpty = trie.byte.count == 1
        rootChildren = (0...255).map { trie.child(of: 0, UInt8($0)) }
        self.failure = failure
    }

    /// The node after reading one more byte.
    @inline(__always)
    func next(_ node: Int32, _ value: UInt8) -> Int32 {
        var node = node
        while node != 0 {
            var child = firstChild[Int(node)]
            while child != 0 {
                if byte[Int(child)] == value { return child }
                child = nextSibling[Int(child)]
            }
            node = failure[Int(node)]
        }
        return rootChildren[Int(value)]
    }

    /// How many of the last bytes may still become a secret.
    @inline(__always)
    func depth(_ node: Int32) -> Int { Int(depths[Int(node)]) }

    /// The length of the longest secret that ends here, 0 for none.
    @inline(__always)
    func matchLength(_ node: Int32) -> Int { Int(longestMatch[Int(node)]) }

    /// The first position at or after `start` whose byte starts a pattern; the end where there is none.
    @inline(__always)
    func firstCandidate(in bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
        rootChildren.withUnsafeBufferPointer { table in
            var index = start
            while index < bytes.count, table[Int(bytes[index])] == 0 { index += 1 }
            return index
        }
    }

    /// Whether any pattern occurs at all.
    func matches(in bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        var node: Int32 = 0
        for value in bytes {
            node = next(node, value)
            if matchLength(node) > 0 { return true }
        }
        return false
    }

    private struct Trie {
        var byte: [UInt8] = [0]
        var firstChild: [Int32] = [0]
        var nextSibling: [Int32] = [0]
        var depth: [Int32] = [0]
        var longestMatch: [Int32] = [0]

        func child(of node: Int32, _ value: UInt8) -> Int32 {
            var child = firstChild[Int(node)]
            while child != 0, byte[Int(child)] != value { child = nextSibling[Int(child)] }
            return child
        }

        mutating func insert(_ pattern: [UInt8]) {
            var node: Int32 = 0
            for value in pattern {
                var next = child(of: node, value)
                if next == 0 {
                    next = Int32(byte.count)
                    byte.append(value)
                    firstChild.append(0)
                    nextSibling.append(firstChild[Int(node)])
                    depth.append(depth[Int(node)] + 1)
                    longestMatch.append(0)
                    firstChild[Int(node)] = next
                }
                node = next
            }
            longestMatch[Int(node)] = Int32(pattern.count)
        }
    }
}
