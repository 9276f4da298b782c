import Testing

@testable import Workflows

@Suite struct ExpressionOperatorTests {
    @Test(arguments: ExpressionTable.rows(literals)) func readsLiterals(row: ExpressionTable.Row) {
        ExpressionTable.check(row)
    }

    @Test(arguments: ExpressionTable.rows(comparisons)) func comparesAndCoerces(row: ExpressionTable.Row) {
        ExpressionTable.check(row)
    }

    @Test(arguments: ExpressionTable.rows(logic)) func followsPrecedenceAndTruth(row: ExpressionTable.Row) {
        ExpressionTable.check(row)
    }

    @Test(arguments: ExpressionTable.rows(members)) func findsMembers(row: ExpressionTable.Row) {
        ExpressionTable.check(row)
    }

    @Test(arguments: ExpressionTable.rows(mistakes)) func reportsMistakesAsGitHubDoes(row: ExpressionTable.Row) {
        ExpressionTable.check(row)
    }

    private static let literals = """
        null  =>  null
        true  =>  true
        false  =>  false
        1  =>  1
        -1  =>  -1
        +1  =>  1
        .5  =>  0.5
        5.  =>  5
        -.5e1  =>  -5
        1e3  =>  1000
        1E-3  =>  0.001
        0x10  =>  16
        0xffffffff  =>  -1
        0x7fffffff  =>  2147483647
        0o17  =>  15
        0o37777777777  =>  -1
        NaN  =>  NaN
        Infinity  =>  Infinity
        -Infinity  =>  -Infinity
        1e400  =>  Infinity
        123456789012345  =>  123456789012345
        1234567890123456  =>  1.23456789012346E+15
        1e15  =>  1E+15
        1e14  =>  100000000000000
        0.0001  =>  0.0001
        0.00001  =>  1E-05
        -0.00001234  =>  -1.234E-05
        0.1  =>  0.1
        123.456  =>  123.456
        3.14159265358979323  =>  3.14159265358979
        1e-300  =>  1E-300
        -0  =>  0
        ''  =>  ""
        'a'  =>  "a"
        'it''s'  =>  "it's"
        ''''  =>  "'"
        'a "quoted" \\ one'  =>  "a \\"quoted\\" \\\\ one"
        ' }} '  =>  " }} "
        'ünïcödé 😀'  =>  "ünïcödé 😀"
        ((1))  =>  1
          1    =>  1
        """

    private static let comparisons = """
        # Same kinds.
        'a' == 'A'  =>  true
        'Straße' == 'STRASSE'  =>  false
        'é' == 'É'  =>  true
        'ı' == 'I'  =>  false
        'a' < 'B'  =>  true
        'a' < 'A'  =>  false
        'a' <= 'A'  =>  true
        'a' >= 'A'  =>  true
        'abc' < 'abcd'  =>  true
        'Z' > 'a'  =>  true
        '_' > 'Z'  =>  true
        '_' > 'z'  =>  true
        true > false  =>  true
        false >= true  =>  false
        true >= true  =>  true
        null >= null  =>  true
        null < null  =>  false
        1 != 1  =>  false
        1 <= 1  =>  true
        # Coercion.
        '1' == 1  =>  true
        ' 1 ' == 1  =>  true
        '1.0' == 1  =>  true
        '0x1' == 1  =>  true
        '0X1' == 1  =>  false
        '0o7' == 7  =>  true
        '0b1' == 1  =>  false
        '1_000' == 1000  =>  false
        '1e2' == 100  =>  true
        '1,000' == 1000  =>  false
        '' == 0  =>  true
        ' ' == 0  =>  true
        'infinity' == Infinity  =>  false
        'Infinity' == Infinity  =>  true
        '+Infinity' == Infinity  =>  false
        'true' == true  =>  false
        '1' == true  =>  true
        '' == false  =>  true
        'false' == false  =>  false
        null == ''  =>  true
        null == 0  =>  true
        null == false  =>  true
        null == 'null'  =>  false
        '10' < 9  =>  false
        '10' < '9'  =>  true
        'abc' < 1  =>  false
        'abc' > 1  =>  false
        'abc' >= 1  =>  false
        'abc' != 1  =>  true
        null < 1  =>  true
        true < 2  =>  true
        # NaN.
        NaN == NaN  =>  false
        NaN != NaN  =>  true
        NaN < 1  =>  false
        NaN >= NaN  =>  false
        # Collections.
        matrix == matrix  =>  true
        matrix.list == matrix.list  =>  true
        matrix.list == matrix  =>  false
        fromJSON('[]') == fromJSON('[]')  =>  false
        fromJSON('{}') != fromJSON('{}')  =>  true
        matrix.list == 'Array'  =>  false
        matrix == 'Object'  =>  false
        matrix < 1  =>  false
        matrix >= matrix  =>  true
        matrix.list == null  =>  false
        vars.NUMBER == 42  =>  true
        vars.HEX == 31  =>  true
        vars.FLAG == true  =>  false
        vars.SPACE == 7  =>  true
        """

    private static let logic = """
        true && 'a'  =>  "a"
        'a' && 'b' && 'c'  =>  "c"
        'a' && '' && 'c'  =>  ""
        null && 1  =>  null
        0 && 1  =>  0
        NaN && 1  =>  NaN
        '' || 'x'  =>  "x"
        '' || 0 || null  =>  null
        'false' || 'x'  =>  "false"
        matrix.list && 1  =>  1
        fromJSON('[]') && 1  =>  1
        fromJSON('{}') || 1  =>  {}
        !true  =>  false
        !!'a'  =>  true
        !''  =>  true
        !'false'  =>  false
        !NaN  =>  true
        !null  =>  true
        !0  =>  true
        !fromJSON('[]')  =>  false
        # Precedence.
        true || true && false  =>  true
        (true || true) && false  =>  false
        !true || true  =>  true
        !(true || true)  =>  false
        1 < 2 == true  =>  true
        1 == 1 && 2 == 2  =>  true
        1 < 2 && 'x' || 'y'  =>  "x"
        1 > 2 && 'x' || 'y'  =>  "y"
        !1 == false  =>  true
        1 == 2 || 3 == 3  =>  true
        3 > 2 > 1  =>  false
        1 == 1 == true  =>  true
        # What is not needed is not computed.
        false && fromJSON('broken')  =>  false
        true || fromJSON('broken')  =>  true
        true && fromJSON('broken')  =>  !Error parsing fromJSON
        github.event_name == 'push' && 'p' || 'q'  =>  "p"
        github.nothing || 'default'  =>  "default"
        env.EMPTY || 'default'  =>  "default"
        """

    private static let members = """
        github.ref  =>  "refs/heads/main"
        GitHub.REF  =>  "refs/heads/main"
        github['ref']  =>  "refs/heads/main"
        github['RE' ]  =>  null
        github[ 'ref' ]  =>  "refs/heads/main"
        github . ref  =>  "refs/heads/main"
        github.event.issue.labels[0].name  =>  "bug"
        github.event.issue.labels[1]['name']  =>  "p1"
        github.event.issue.labels[2].name  =>  null
        github.event.issue.labels[3]  =>  null
        github.event.issue.labels[-1]  =>  null
        github.event.issue.labels['1'].name  =>  "p1"
        github.event.issue.labels[1.9].name  =>  "p1"
        github.event.issue.labels[true].name  =>  "p1"
        github.event.issue.labels[null].name  =>  "bug"
        github.event.issue.labels['x']  =>  null
        github.event.issue.labels[NaN]  =>  null
        github.event.issue.labels[1e99]  =>  null
        github.event.issue.labels.name  =>  null
        github.event.issue.labels.*.name  =>  ["bug","p1"]
        github.event.issue.labels.*.id  =>  [1,2,3]
        github.event.issue.labels[*].name  =>  ["bug","p1"]
        github.event.issue.labels.*['name']  =>  ["bug","p1"]
        github.event.issue.labels.*.*  =>  ["bug",1,"p1",2,3]
        github.event.issue.labels.*.name[0]  =>  []
        github.event.issue.labels.*[0]  =>  []
        github.event.commits.*.message  =>  ["one","two"]
        github.event.commits.*.nothing  =>  []
        github.event.nothing.*  =>  []
        github.event.nothing.x.y  =>  null
        github.event.missing.*.x  =>  []
        github.ref.*  =>  []
        github.ref.length  =>  null
        github.ref[0]  =>  null
        matrix.list.*  =>  [1,2,3]
        matrix.list[matrix.list[0]]  =>  2
        matrix.nested.*  =>  [{"b":"deep"}]
        matrix.nested.*.b  =>  ["deep"]
        matrix.nested.*.*  =>  ["deep"]
        matrix.nested.a.b  =>  "deep"
        matrix['nested']['a']['b']  =>  "deep"
        matrix[format('{0}{1}', 'o', 's')]  =>  "ubuntu-latest"
        matrix[matrix.list]  =>  null
        env.PATH  =>  "/bin"
        env.Path  =>  "other"
        env.path  =>  null
        steps.build.outputs.version  =>  "1.2.3"
        steps.test-it.outcome  =>  "failure"
        steps.test-it.outputs[0]  =>  "zero"
        steps['test-it'].outputs['0']  =>  "zero"
        steps.absent.outputs.x  =>  null
        needs.*.result  =>  ["success","failure","skipped"]
        contains(needs.*.result, 'failure')  =>  true
        join(needs.*.result)  =>  "success,failure,skipped"
        fromJSON(steps.build.outputs.json).a[1]  =>  {"b":null}
        fromJSON(steps.build.outputs.json).a[1].b  =>  null
        (github).ref  =>  "refs/heads/main"
        (github.event.issue).title  =>  "A bug"
        github.event.true  =>  null
        """

    private static let mistakes = """
        1 +  =>  !Unexpected symbol: '+'
        1 + 2  =>  !Unexpected symbol: '+'
        a  =>  !Unrecognized named-value: 'a'. Located at position 1 within expression: a
        github.ref ==  =>  !Unexpected end of expression: '=='. Located at position 12
        == 1  =>  !Unexpected symbol: '=='. Located at position 1
        !  =>  !Unexpected end of expression: '!'. Located at position 1
        ()  =>  !Unexpected symbol: ')'. Located at position 2
        (  =>  !Unexpected end of expression: '('
        (1  =>  !Unexpected end of expression: '1'. Located at position 2
        1)  =>  !Unexpected symbol: ')'. Located at position 2
        [1]  =>  !Unexpected symbol: '['
        github[  =>  !Unexpected end of expression: '['
        github[]  =>  !Unexpected symbol: ']'
        github['a'  =>  !Unexpected end of expression: ''a''
        github.  =>  !Unexpected end of expression: '.'. Located at position 7
        github..ref  =>  !Unexpected symbol: '.'. Located at position 8
        github.'ref'  =>  !Unexpected symbol: ''ref''
        *  =>  !Unexpected symbol: '*'
        github*  =>  !Unexpected symbol: 'github*'
        github.*ref  =>  !Unexpected symbol: 'ref'
        'a'.b  =>  !Unexpected symbol: '.'
        'a'['b']  =>  !Unexpected symbol: '['
        1.2.3  =>  !Unexpected symbol: '1.2.3'
        1-2  =>  !Unexpected symbol: '1-2'
        +  =>  !Unexpected symbol: '+'
        -NaN  =>  !Unexpected symbol: '-NaN'
        0xg  =>  !Unexpected symbol: '0xg'
        0x1ffffffff  =>  !Unexpected symbol
        "a"  =>  !Unexpected symbol: '"a"'
        'a  =>  !Unexpected symbol: ''a'
        a b  =>  !Unrecognized named-value: 'a'
        github github  =>  !Unexpected symbol: 'github'. Located at position 8
        True  =>  !Unrecognized named-value: 'True'
        NULL  =>  !Unrecognized named-value: 'NULL'
        contains  =>  !Unrecognized named-value: 'contains'
        contains()  =>  !Too few parameters supplied: 'contains'. Located at position 1
        contains(1)  =>  !Too few parameters supplied
        contains(1,2,3)  =>  !Too many parameters supplied
        contains(1,)  =>  !Unexpected symbol: ')'
        contains(,1)  =>  !Unexpected symbol: ','
        contains(1 2)  =>  !Unexpected symbol: '2'
        nope(1)  =>  !Unrecognized function: 'nope'. Located at position 1
        true && nope()  =>  !Unrecognized function: 'nope'. Located at position 9
        1, 2  =>  !Unexpected symbol: ','
        (1, 2)  =>  !Unexpected symbol: ','
        github[1, 2]  =>  !Unexpected symbol: ','
        a=b  =>  !Unrecognized named-value: 'a'
        1 = 1  =>  !Unexpected symbol: '='
        1 === 1  =>  !Unexpected symbol: '='
        1 & 1  =>  !Unexpected symbol: '&'
        1 <> 2  =>  !Unexpected symbol: '>'
        1 ! 2  =>  !Unexpected symbol: '!'
        always(1)  =>  !Too many parameters supplied
        case(true, 1)  =>  !Too few parameters supplied
        case(true, 1, false, 2)  =>  !Even number of parameters supplied
        ünï  =>  !Unexpected symbol: 'ünï'
        a$b  =>  !Unexpected symbol: 'a$b'
        ${{ 1 }}  =>  !Unexpected symbol: '${{'
        """

    @Test func knowsTheLimitOfLength() throws {
        let scope = ExpressionScope(contexts: [String]())
        let longest = "'" + String(repeating: "x", count: 20_998) + "'"
        #expect(try Expression.parse(longest, scope: scope).evaluate(in: EvaluationContext()).text.count == 20_998)
        let error = #expect(throws: ExpressionError.self) { try Expression.parse(longest + " ", scope: scope) }
        #expect(error?.message == "Exceeded max expression length 21000")
    }

    @Test(arguments: ["(", "!", "github[", "contains(", "-"]) func survivesAnyDepth(part: String) {
        let source = String(repeating: part, count: 20_000 / part.count)
        #expect(throws: ExpressionError.self) { try Expression.parse(source, scope: ExpressionTable.scope) }
    }

    @Test func reportsAMistakeBehindTooMuchDepth() {
        let error = #expect(throws: ExpressionError.self) {
            try Expression.parse(String(repeating: "!", count: 100) + "true )", scope: ExpressionTable.scope)
        }
        #expect(error?.message.hasPrefix("Unexpected symbol: ')'") == true)
    }
}
