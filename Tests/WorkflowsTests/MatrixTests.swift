import Core
import Testing

@testable import Workflows

@Suite struct MatrixTests {
    /// A matrix in YAML flow form, and its legs: the name's parts, then the values.
    struct Case: CustomTestStringConvertible {
        let matrix: String
        let legs: [String]
        var testDescription: String { matrix }

        init(_ matrix: String, _ legs: String...) {
            self.matrix = matrix
            self.legs = legs
        }
    }

    static func plan(_ strategy: String, context: EvaluationContext = EvaluationContext()) throws -> StrategyPlan {
        let text = "on: push\njobs:\n  j:\n    runs-on: x\n    strategy: \(strategy)\n    steps: [{ run: x }]\n"
        let workflow = try WorkflowParser.parse(text, path: "m.yml").get()
        let strategy = try #require(workflow.job("j")?.strategy)
        return try strategy.expand(in: context)
    }

    @Test(arguments: [
        Case("{ a: [1, 2] }", #"1 {"a":1}"#, #"2 {"a":2}"#),
        Case(
            "{ a: [1, 2], b: [x, y] }",
            #"1, x {"a":1,"b":"x"}"#,
            #"1, y {"a":1,"b":"y"}"#,
            #"2, x {"a":2,"b":"x"}"#,
            #"2, y {"a":2,"b":"y"}"#
        ),
        // Types are kept; nested values give their leaves to the name; empty leaves do not.
        Case(
            "{ a: [{ v: 1, w: [p, true] }, ''] }",
            #"1, p, true {"a":{"v":1,"w":["p",true]}}"#,
            #" {"a":""}"#
        ),
        // exclude: a part is enough; compared like expressions, without case and coerced.
        Case("{ a: [1, 2], b: [x, y], exclude: [{ a: 1 }] }", #"2, x {"a":2,"b":"x"}"#, #"2, y {"a":2,"b":"y"}"#),
        Case("{ a: [1, 2], exclude: [{ a: '1' }] }", #"2 {"a":2}"#),
        Case("{ a: [Linux, mac], exclude: [{ A: LINUX }] }", #"mac {"a":"mac"}"#),
        Case("{ a: [1, 2], b: [x], exclude: [{ a: 1, b: y }] }", #"1, x {"a":1,"b":"x"}"#, #"2, x {"a":2,"b":"x"}"#),
        Case("{ a: [{ v: 1, w: 2 }, { v: 2 }], exclude: [{ a: { v: 1 } }] }", #"2 {"a":{"v":2}}"#),
        Case("{ a: [{ v: 1 }], exclude: [{ a: { z: 1 } }] }", #"1 {"a":{"v":1}}"#),
        Case("{ a: [[1, 2], [1, 3]], exclude: [{ a: [1, 3] }] }", #"1, 2 {"a":[1,2]}"#),
        Case("{ a: [1], exclude: [{ a: 1 }] }"),
        // include without original keys extends every leg, in order; later ones overwrite what was added.
        Case("{ a: [1, 2], include: [{ c: z }] }", #"1 {"a":1,"c":"z"}"#, #"2 {"a":2,"c":"z"}"#),
        Case(
            "{ fruit: [apple, pear], animal: [cat, dog], include: [{ color: green }, { color: pink, animal: cat }, "
                + "{ fruit: apple, shape: circle }, { fruit: banana }, { fruit: banana, animal: cat }] }",
            #"apple, cat {"fruit":"apple","animal":"cat","color":"pink","shape":"circle"}"#,
            #"apple, dog {"fruit":"apple","animal":"dog","color":"green","shape":"circle"}"#,
            #"pear, cat {"fruit":"pear","animal":"cat","color":"pink"}"#,
            #"pear, dog {"fruit":"pear","animal":"dog","color":"green"}"#,
            #"banana {"fruit":"banana"}"#,
            #"banana, cat {"fruit":"banana","animal":"cat"}"#
        ),
        // What include adds as a leg of its own is never extended.
        Case("{ a: [1], include: [{ a: 2 }, { b: x }] }", #"1 {"a":1,"b":"x"}"#, #"2 {"a":2}"#),
        Case("{ include: [{ s: p, d: q }, { s: r }] }", #"p, q {"s":"p","d":"q"}"#, #"r {"s":"r"}"#),
        // Excluded legs can be added again.
        Case("{ a: [1, 2], exclude: [{ a: 1 }], include: [{ a: 1, b: x }] }", #"2 {"a":2}"#, #"1, x {"a":1,"b":"x"}"#),
        Case("{ a: [1], exclude: [{ a: 1 }], include: [{ b: x }] }", #"x {"b":"x"}"#),
        Case("{ a: [ubuntu], include: [{ a: UBUNTU, b: x }] }", #"ubuntu {"a":"ubuntu","b":"x"}"#),
        Case("{ a: ['${{ 1 }}', '${{ fromJSON(''[2]'') }}'] }", #"1 {"a":1}"#, #"2 {"a":[2]}"#),
        Case("{ a: '${{ fromJSON(''[1, 2]'') }}', b: [x] }", #"1, x {"a":1,"b":"x"}"#, #"2, x {"a":2,"b":"x"}"#),
        Case("'${{ fromJSON(''{\"a\":[1],\"include\":[{\"b\":2}]}'') }}'", #"1 {"a":1,"b":2}"#),
        Case("{ a: [1], exclude: '${{ fromJSON(''[]'') }}' }", #"1 {"a":1}"#),
    ])
    func expands(matrix: Case) throws {
        let plan = try Self.plan("{ matrix: \(matrix.matrix) }")
        #expect(plan.legs.map { "\($0.nameParts.joined(separator: ", ")) \($0.values.compactJSON)" } == matrix.legs)
        #expect(plan.legs.map(\.index) == Array(plan.legs.indices))
    }

    @Test(arguments: [
        ("{ matrix: { a: '${{ fromJSON(''[]'') }}' } }", "Matrix vector 'a' does not contain any values"),
        ("{ matrix: { a: '${{ 1 }}' } }", "Matrix vector 'a' must be a sequence"),
        ("{ matrix: { a: [1], exclude: [{ b: 1 }] } }", "Matrix exclude key 'b' does not match any key"),
        ("{ matrix: { a: [1], include: '${{ 3 }}' } }", "Matrix 'include' must be a sequence of mappings"),
        ("{ matrix: '${{ 1 }}' }", "\"matrix\" must be a mapping"),
        ("'${{ 1 }}'", "\"strategy\" must be a mapping"),
        ("{ max-parallel: 0 }", "\"max-parallel\" must be a positive integer"),
        ("{ fail-fast: '${{ 1 }}' }", "\"fail-fast\" must be a boolean"),
        ("{ matrix: { a: '${{ fromJSON(''[1'') }}' } }", "Error parsing fromJSON"),
    ])
    func refuses(strategy: String, message: String) {
        let error = #expect(throws: ExpressionFailure.self) { try Self.plan(strategy) }
        #expect(error?.message.hasPrefix(message) == true, "\(error?.message ?? "")")
        #expect(error?.location.file == "m.yml")
    }

    @Test func acceptsAtMost256Jobs() throws {
        let numbers = (0..<16).map(String.init).joined(separator: ", ")
        #expect(try Self.plan("{ matrix: { a: [\(numbers)], b: [\(numbers)] } }").legs.count == 256)
        let error = #expect(throws: ExpressionFailure.self) {
            try Self.plan("{ matrix: { a: [\(numbers)], b: [\(numbers), 16] } }")
        }
        #expect(error?.message == "The matrix has 272 jobs; GitHub accepts 256")
        let huge = (0..<20).map { "v\($0): [\(numbers)]" }.joined(separator: ", ")
        #expect(throws: ExpressionFailure.self) { try Self.plan("{ matrix: { \(huge) } }") }
    }

    @Test func fillsTheStrategyContext() throws {
        let plan = try Self.plan("{ matrix: { a: [1, 2, 3] }, max-parallel: 2, fail-fast: false }")
        #expect(
            plan.context(of: plan.legs[1]).compactJSON
                == #"{"fail-fast":false,"job-index":1,"job-total":3,"max-parallel":2}"#
        )
        #expect(try Self.plan("{ fail-fast: true }").legs.count == 1)
    }

    @Test(arguments: [
        ("", "j (x, 1)"), ("name: Build", "Build (x, 1)"), ("name: Build ${{ matrix.a }}", "Build x"),
        ("name: '${{ matrix.none }}'", "j"),
        ("name: \(String(repeating: "n", count: 98))", String(repeating: "n", count: 97) + "..."),
    ])
    func namesLegs(name: String, expected: String) throws {
        let text = """
            on: push
            jobs:
              j:
                \(name.isEmpty ? "if: true" : name)
                runs-on: x
                strategy: { matrix: { a: [x], b: [1] } }
                steps: [{ run: x }]
            """
        let job = try #require(try WorkflowParser.parse(text, path: "m.yml").get().job("j"))
        let leg = try #require(try job.strategy?.expand(in: EvaluationContext()).legs.first)
        let context = EvaluationContext(["matrix": leg.values])
        #expect(try job.displayName(of: leg, in: context) == expected)
    }
}
