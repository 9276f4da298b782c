import Testing

@testable import Workflows

@Suite struct ExpressionFunctionTests {
    @Test(arguments: ExpressionTable.rows(search)) func searches(row: ExpressionTable.Row) {
        ExpressionTable.check(row)
    }

    @Test(arguments: ExpressionTable.rows(text)) func makesText(row: ExpressionTable.Row) { ExpressionTable.check(row) }

    @Test(arguments: ExpressionTable.rows(json)) func readsAndWritesJSON(row: ExpressionTable.Row) {
        ExpressionTable.check(row)
    }

    @Test(arguments: ExpressionTable.rows(choice)) func chooses(row: ExpressionTable.Row) { ExpressionTable.check(row) }

    private static let search = """
        contains('Hello', 'ell')  =>  true
        contains('Hello', 'ELL')  =>  true
        contains('Hello', '')  =>  true
        contains('', '')  =>  true
        contains('', 'a')  =>  false
        contains('Hello', 'hello!')  =>  false
        contains('ÄÖÜ', 'ö')  =>  true
        contains(12345, 34)  =>  true
        contains(null, '')  =>  true
        contains(true, 'RU')  =>  true
        contains(matrix.list, 2)  =>  true
        contains(matrix.list, '2')  =>  true
        contains(matrix.list, 4)  =>  false
        contains(matrix.list, '')  =>  false
        contains(matrix.list, null)  =>  false
        contains(fromJSON('["A","b"]'), 'a')  =>  true
        contains(fromJSON('[null]'), 0)  =>  true
        contains(fromJSON('[[1]]'), 1)  =>  false
        contains(fromJSON('["main","dev"]'), 'mai')  =>  false
        contains(matrix, 'os')  =>  false
        contains('Object', matrix)  =>  false
        contains(github.event.issue.labels.*.name, 'P1')  =>  true
        CONTAINS('a', 'a')  =>  true
        contains ('a', 'a')  =>  true
        startsWith('Hello', 'he')  =>  true
        startsWith('Hello', '')  =>  true
        startsWith('Hello', 'hello world')  =>  false
        startsWith(github.ref, 'refs/heads/')  =>  true
        startsWith(github.ref, 'refs/tags/')  =>  false
        startsWith(123, 12)  =>  true
        startsWith(null, '')  =>  true
        startsWith(matrix, 'O')  =>  false
        endsWith('Hello', 'LO')  =>  true
        endsWith('Hello', '')  =>  true
        endsWith('lo', 'Hello')  =>  false
        endsWith(github.ref, '/main')  =>  true
        endsWith(matrix.list, 'y')  =>  false
        endsWith(1.50, '.5')  =>  true
        """

    private static let text = """
        format('{0}', 'a')  =>  "a"
        format('{0} {1} {0}', 'a', 'b')  =>  "a b a"
        format('{1}{0}', 1, true)  =>  "true1"
        format('no arguments')  =>  "no arguments"
        format('{{}}')  =>  "{}"
        format('{{{0}}}', 'x')  =>  "{x}"
        format('{0}', null)  =>  ""
        format('{0}', matrix)  =>  "Object"
        format('{0}', matrix.list)  =>  "Array"
        format('{00}', 'x')  =>  "x"
        format('{0}', 'a{1}b')  =>  "a{1}b"
        format('ü{0}ü', 'ö')  =>  "üöü"
        format(1)  =>  "1"
        format('{', 1)  =>  !The following format string is invalid: {
        format('{}', 1)  =>  !The following format string is invalid: {}
        format('{x}', 1)  =>  !The following format string is invalid
        format('{ 0 }', 1)  =>  !The following format string is invalid
        format('{256}', 1)  =>  !The following format string is invalid
        format('{0:x}', 1)  =>  !The following format string is invalid
        format('{1}', 1)  =>  !The following format string references more arguments than were supplied: {1}
        format('}', 1)  =>  !The following format string is invalid
        join(matrix.list)  =>  "1,2,3"
        join(matrix.list, '')  =>  "123"
        join(matrix.list, ', ')  =>  "1, 2, 3"
        join(matrix.list, 0)  =>  "10203"
        join(matrix.list, null)  =>  "123"
        join(matrix.list, matrix)  =>  "1,2,3"
        join('abc', '-')  =>  "abc"
        join(matrix, '-')  =>  ""
        join(fromJSON('[null,true,1.5,"x",[1],{}]'), '|')  =>  "|true|1.5|x|Array|Object"
        join(fromJSON('[]'), 'x')  =>  ""
        join(fromJSON('["a"]'), 'x')  =>  "a"
        join(github.event.commits.*.message, ' and ')  =>  "one and two"
        hashFiles('a')  =>  "hash(a)"
        hashFiles('**/*.lock', '!x')  =>  "hash(**/*.lock|!x)"
        hashFiles('--follow-symbolic-links', 'a')  =>  "hash(--follow-symbolic-links|a)"
        """

    private static let json = """
        toJSON(null)  =>  "null"
        toJSON(true)  =>  "true"
        toJSON(1.5)  =>  "1.5"
        toJSON(1e20)  =>  "1E+20"
        toJSON('a')  =>  "\\"a\\""
        toJSON('a"b')  =>  "\\"a\\\\\\"b\\""
        toJSON('ü')  =>  "\\"ü\\""
        toJSON(fromJSON('[]'))  =>  "[]"
        toJSON(fromJSON('{}'))  =>  "{}"
        toJSON(matrix.list)  =>  "[\\n  1,\\n  2,\\n  3\\n]"
        toJSON(fromJSON('{"b":1,"a":[{}]}'))  =>  "{\\n  \\"b\\": 1,\\n  \\"a\\": [\\n    {}\\n  ]\\n}"
        toJSON(github.event.commits.*.message)  =>  "[\\n  \\"one\\",\\n  \\"two\\"\\n]"
        fromJSON('null')  =>  null
        fromJSON('true')  =>  true
        fromJSON(' 1 ')  =>  1
        fromJSON('-0.5e1')  =>  -5
        fromJSON('"x"')  =>  "x"
        fromJSON('"\\u00e9\\ud83d\\ude00\\n"')  =>  "é😀\\n"
        fromJSON('"\\ud83d"')  =>  "\u{FFFD}"
        fromJSON('[1,[2,[3]]]')  =>  [1,[2,[3]]]
        fromJSON('{"a":1,"A":2,"a":3}')  =>  {"a":1}
        fromJSON('{"a":{"B":1}}').A.b  =>  1
        fromJSON('true') == true  =>  true
        fromJSON(true)  =>  true
        fromJSON(42)  =>  42
        fromJSON(vars.NUMBER) == 42  =>  true
        fromJSON('[1,2]')[1]  =>  2
        fromJSON('')  =>  !Error parsing fromJSON: unexpected end at line 1, column 1
        fromJSON('{')  =>  !Error parsing fromJSON
        fromJSON('[1,]')  =>  !Error parsing fromJSON: expected a value at line 1, column 4
        fromJSON('{"a" 1}')  =>  !Error parsing fromJSON: expected ':' after the key
        fromJSON('{a:1}')  =>  !Error parsing fromJSON: expected a key in double quotes
        fromJSON('01')  =>  !Error parsing fromJSON: a number must not start with 0
        fromJSON('1 2')  =>  !Error parsing fromJSON: unexpected text after the value
        fromJSON('"a')  =>  !Error parsing fromJSON: the string is not closed
        fromJSON('nul')  =>  !Error parsing fromJSON: expected a value
        fromJSON('yes')  =>  !Error parsing fromJSON
        fromJSON('+1')  =>  !Error parsing fromJSON
        fromJSON('.5')  =>  !Error parsing fromJSON
        fromJSON('1.')  =>  !Error parsing fromJSON: expected digits after '.'
        fromJSON('1e')  =>  !Error parsing fromJSON: expected digits in the exponent
        fromJSON(matrix)  =>  !Error parsing fromJSON
        """

    private static let choice = """
        case(true, 'a', 'b')  =>  "a"
        case(false, 'a', 'b')  =>  "b"
        case(false, 'a', true, 'b', 'c')  =>  "b"
        case(true, 'a', fromJSON('broken'))  =>  "a"
        case(false, fromJSON('broken'), 'b')  =>  "b"
        case(true, 'a', 'not a boolean', 'b', 'c')  =>  "a"
        case(false, 'a', 'not a boolean', 'b', 'c')  =>  !case predicate must evaluate to a boolean value
        case(1, 'a', 'b')  =>  !case predicate must evaluate to a boolean value
        case(github.event.flag, 'yes', 'no')  =>  "yes"
        case(github.event.zero, 'yes', 'no')  =>  !case predicate must evaluate to a boolean value
        case(github.ref == 'refs/heads/main', matrix.list, null)  =>  [1,2,3]
        Case(true, 1, 2)  =>  1
        success()  =>  false
        failure()  =>  true
        always()  =>  true
        cancelled()  =>  false
        Always()  =>  true
        failure() && 'notify'  =>  "notify"
        """

    @Test func countsTheMemoryOfWhatItMakes() throws {
        let source = "format('\(String(repeating: "{0}", count: 100))', '\(String(repeating: "x", count: 10_000))')"
        let expression = try Expression.parse(source, scope: ExpressionTable.scope)
        #expect(try expression.evaluate(in: EvaluationContext()).text.utf8.count == 1_000_000)
        let error = #expect(throws: ExpressionError.self) {
            try expression.evaluate(in: EvaluationContext(maximumBytes: 1 << 20))
        }
        #expect(error?.message == "The maximum allowed memory size was exceeded")
    }

    @Test func refusesJSONThatIsTooDeep() {
        let deep = String(repeating: "[", count: 5_000)
        #expect(throws: ExpressionError.self) { try ExpressionValue(json: deep) }
    }

    @Test func findsMembersOfLargeObjects() throws {
        let text = "{" + (0..<1000).map { "\"Key\($0)\":\($0)" }.joined(separator: ",") + "}"
        let value = try ExpressionValue(json: text)
        #expect(value["KEY999"].numeric == 999)
        #expect(value["key1000"].text == "")
        guard case .object(let object) = value else { return #expect(Bool(false)) }
        #expect(object.keys.first == "Key0")
    }
}
