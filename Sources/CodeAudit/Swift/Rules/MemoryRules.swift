import SwiftSyntax

/// Memory that Swift no longer guards.
enum MemoryRules {
    static let all = [unsafeCast, escapingPointer, leakedAllocation, unsafeCFunction]

    static let unsafeCast = SwiftRule(
        AuditRule(
            "unsafe-cast",
            "Memory read as another type",
            .medium,
            .medium,
            cwe: 704,
            fix: "Use `loadUnaligned(as:)` or `withMemoryRebound`, which check or state the size.",
            bad: """
                let number = unsafeBitCast(bytes, to: UInt64.self)
                """,
            good: """
                let number = buffer.loadUnaligned(fromByteOffset: 0, as: UInt64.self)
                """
        )
    ) { fact, _ in
        guard case .call(let call) = fact else { return nil }
        if ["unsafeBitCast", "unsafeDowncast"].contains(call.callee) {
            return SwiftRule.Verdict("\(call.callee) trusts that both types fit")
        }
        // Every memory may be read as bytes.
        let isBytes = ["UInt8.self", "Int8.self", "CChar.self"].contains(call["to"]?.plainText)
        if call.name == "assumingMemoryBound", !isBytes {
            return SwiftRule.Verdict("nothing checks what the memory holds")
        }
        let pointers: Set<String> = [
            "UnsafePointer", "UnsafeMutablePointer", "UnsafeRawPointer", "UnsafeMutableRawPointer", "OpaquePointer",
        ]
        let isPointer = pointers.contains(String(call.callee.prefix { $0 != "<" }))
        guard isPointer, let address = call["bitPattern"] else { return nil }
        return address.is(IntegerLiteralExprSyntax.self) ? nil : SwiftRule.Verdict("a pointer is made from a number")
    }

    static let escapingPointer = SwiftRule(
        AuditRule(
            "escaping-pointer",
            "A pointer that outlives its memory",
            .high,
            .medium,
            cwe: 825,
            fix: "Use the pointer inside the closure only, and return a value.",
            bad: """
                let pointer = data.withUnsafeBytes { $0.baseAddress }
                """,
            good: """
                let first = data.withUnsafeBytes { $0.first }
                """
        )
    ) { fact, _ in
        guard case .call(let call) = fact, call.name.hasPrefix("withUnsafe"), let closure = call.node.trailingClosure,
            closure.statements.count == 1, case .expr(let expression)? = closure.statements.first?.item
        else { return nil }
        let parameter = closure.signature?.parameterClause?.plainText ?? "$0"
        let text = expression.plainText
        let escapes = [parameter, "\(parameter).baseAddress", "\(parameter).baseAddress!"]
        guard escapes.contains(text) else { return nil }
        return SwiftRule.Verdict("the closure returns its pointer")
    }

    static let leakedAllocation = SwiftRule(
        AuditRule(
            "allocation-without-deallocation",
            "Memory that is never given back",
            .low,
            .medium,
            cwe: 401,
            fix: "Write `defer { pointer.deallocate() }` behind it, or use an array.",
            bad: """
                func read() -> Int {
                    let buffer = UnsafeMutableRawPointer.allocate(byteCount: 4096, alignment: 16)
                    return fill(buffer)
                }
                """,
            good: """
                func read() -> Int {
                    let buffer = UnsafeMutableRawPointer.allocate(byteCount: 4096, alignment: 16)
                    defer { buffer.deallocate() }
                    return fill(buffer)
                }
                """
        )
    ) { fact, _ in
        guard case .call(let call) = fact, call.name == "allocate", call.callee.hasPrefix("Unsafe") else { return nil }
        // A type that holds the memory gives it back elsewhere: look through the whole declaration.
        let around = call.node.parents(40)
        let owner = around.last { node in
            node.is(ClassDeclSyntax.self) || node.is(StructDeclSyntax.self) || node.is(FunctionDeclSyntax.self)
                || node.is(EnumDeclSyntax.self) || node.is(ActorDeclSyntax.self) || node.is(SourceFileSyntax.self)
        }
        guard let owner, !owner.description.contains("deallocate()") else { return nil }
        return SwiftRule.Verdict("nothing here deallocates it")
    }

    static let unsafeCFunction = SwiftRule(
        AuditRule(
            "unsafe-c-function",
            "A C function that writes past its buffer",
            .high,
            .high,
            cwe: 676,
            fix: "Use String or Data, or the variant with a size.",
            bad: """
                strcpy(buffer, name)
                """,
            good: """
                strlcpy(buffer, name, capacity)
                """
        )
    ) { fact, _ in
        let names: Set<String> = ["strcpy", "strcat", "sprintf", "vsprintf", "gets", "stpcpy", "scanf", "alloca"]
        guard case .call(let call) = fact, names.contains(call.callee) else { return nil }
        return SwiftRule.Verdict("\(call.callee) knows no limit")
    }
}
