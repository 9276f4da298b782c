import Foundation
import GRDB
import Synchronization

/// Splits text into the very terms that the full-text tables hold: by FTS5's own tokenizer.
final class TextTokenizer: Sendable {
    private let workers: [Worker]
    private let next = Atomic<Int>(0)

    /// - Throws: what SQLite says, when it was built without FTS5.
    init() throws {
        // A tokenizer takes one text at a time; this many work side by side.
        let count = max(2, min(8, ProcessInfo.processInfo.activeProcessorCount))
        workers = try (0..<count).map { _ in try Worker() }
    }

    /// Each distinct term of a document with how often it occurs, and how many there are in all.
    ///
    /// - Throws: what SQLite says.
    func terms(of texts: [String]) throws -> DocumentTerms {
        var hashes: [UInt64] = []
        hashes.reserveCapacity(128)
        try worker().tokenize(texts, for: .document, into: &hashes) { context, _, token, length, _, _ in
            var hash = StableHash()
            hash.combine(UnsafeRawBufferPointer(start: token, count: Int(length)))
            context?.assumingMemoryBound(to: [UInt64].self).pointee.append(hash.value)
            return 0
        }
        return DocumentTerms(hashes)
    }

    /// The terms of a query in their order, each once.
    ///
    /// - Throws: what SQLite says.
    func words(of text: String) throws -> [String] {
        var words: [String] = []
        try worker().tokenize([text], for: .query, into: &words) { context, _, token, length, _, _ in
            let word = String(decoding: UnsafeRawBufferPointer(start: token, count: Int(length)), as: UTF8.self)
            let words = context?.assumingMemoryBound(to: [String].self)
            if words?.pointee.contains(word) == false { words?.pointee.append(word) }
            return 0
        }
        return words
    }

    private func worker() -> Worker {
        workers[abs(next.wrappingAdd(1, ordering: .relaxed).oldValue % workers.count)]
    }
}

/// The terms of a document, by hash, with how often each occurs.
struct DocumentTerms: Sendable {
    private(set) var counts: [(term: UInt64, count: UInt8)] = []
    let length: Int

    init(_ hashes: [UInt64]) {
        length = hashes.count
        for hash in hashes.sorted() {
            guard let last = counts.last, last.term == hash else {
                counts.append((hash, 1))
                continue
            }
            // More than that changes no score that can be told apart.
            if last.count < .max { counts[counts.count - 1].count += 1 }
        }
    }
}

/// One tokenizer with the database, in memory and empty, that it belongs to.
///
/// `@unchecked Sendable`: the tokenizer is used on its database's queue only.
private final class Worker: @unchecked Sendable {
    private let queue: DatabaseQueue
    private let tokenizer: any FTS5Tokenizer

    init() throws {
        queue = try DatabaseQueue()
        tokenizer = try queue.inDatabase { db in
            try db.makeTokenizer(FTS5TokenizerDescriptor(components: TextTable.tokenizer))
        }
    }

    func tokenize<Sink>(
        _ texts: [String],
        for reason: FTS5Tokenization,
        into sink: inout Sink,
        _ callback: @escaping FTS5TokenCallback
    ) throws {
        try queue.inDatabase { _ in
            try withUnsafeMutablePointer(to: &sink) { sink in
                for var text in texts where !text.isEmpty {
                    let status = text.withUTF8 { bytes in
                        bytes.withMemoryRebound(to: CChar.self) { bytes in
                            tokenizer.tokenize(
                                context: sink,
                                tokenization: reason,
                                pText: bytes.baseAddress,
                                nText: CInt(bytes.count),
                                tokenCallback: callback
                            )
                        }
                    }
                    guard status == 0 else { throw DatabaseError(resultCode: ResultCode(rawValue: status)) }
                }
            }
        }
    }
}
