import Core
import Manifests
import Testing

@Suite struct JSONPatchTests {
    /// The examples of RFC 6902, appendix A, and a few beyond.
    @Test(arguments: [
        (#"{"foo":"bar"}"#, #"[{"op":"add","path":"/baz","value":"qux"}]"#, #"{"baz":"qux","foo":"bar"}"#),
        (#"{"foo":["bar","baz"]}"#, #"[{"op":"add","path":"/foo/1","value":"qux"}]"#, #"{"foo":["bar","qux","baz"]}"#),
        (#"{"baz":"qux","foo":"bar"}"#, #"[{"op":"remove","path":"/baz"}]"#, #"{"foo":"bar"}"#),
        (#"{"foo":["bar","qux","baz"]}"#, #"[{"op":"remove","path":"/foo/1"}]"#, #"{"foo":["bar","baz"]}"#),
        (#"{"baz":"qux"}"#, #"[{"op":"replace","path":"/baz","value":"boo"}]"#, #"{"baz":"boo"}"#),
        (
            #"{"foo":{"bar":"baz","waldo":"fred"},"qux":{"corge":"grault"}}"#,
            #"[{"op":"move","from":"/foo/waldo","path":"/qux/thud"}]"#,
            #"{"foo":{"bar":"baz"},"qux":{"corge":"grault","thud":"fred"}}"#
        ),
        (
            #"{"foo":["all","grass","cows","eat"]}"#, #"[{"op":"move","from":"/foo/1","path":"/foo/3"}]"#,
            #"{"foo":["all","cows","eat","grass"]}"#
        ),
        (
            #"{"baz":"qux","foo":["a",2,"c"]}"#,
            #"[{"op":"test","path":"/baz","value":"qux"},{"op":"test","path":"/foo/1","value":2.0}]"#,
            #"{"baz":"qux","foo":["a",2,"c"]}"#
        ),
        (#"{"foo":"bar"}"#, #"[{"op":"add","path":"/child","value":{"g":{}}}]"#, #"{"child":{"g":{}},"foo":"bar"}"#),
        (#"{"/":9,"~1":10}"#, #"[{"op":"test","path":"/~01","value":10}]"#, #"{"/":9,"~1":10}"#),
        (#"{"foo":["bar"]}"#, #"[{"op":"add","path":"/foo/-","value":["abc"]}]"#, #"{"foo":["bar",["abc"]]}"#),
        (#"{"a":1}"#, #"[{"op":"replace","path":"","value":[1]}]"#, "[1]"),
        (#"{"a":{"b":1}}"#, #"[{"op":"copy","from":"/a","path":"/c"}]"#, #"{"a":{"b":1},"c":{"b":1}}"#),
        (#"{"a":null}"#, #"[{"op":"test","path":"/a","value":null},{"op":"remove","path":"/a"}]"#, "{}"),
    ])
    func applies(document: String, patch: String, expected: String) throws {
        let result = try JSONPatch(JSON(parsing: patch)).apply(to: JSON(parsing: document))
        #expect(result == (try JSON(parsing: expected)))
    }

    @Test(arguments: [
        (#"{"baz":"qux"}"#, #"[{"op":"test","path":"/baz","value":"bar"}]"#),
        (#"{"foo":"bar"}"#, #"[{"op":"add","path":"/baz/bat","value":"qux"}]"#),
        (#"{"foo":["a"]}"#, #"[{"op":"add","path":"/foo/2","value":"x"}]"#),
        (#"{"foo":["a"]}"#, #"[{"op":"remove","path":"/foo/1"}]"#),
        (#"{"foo":["a"]}"#, #"[{"op":"add","path":"/foo/01","value":"x"}]"#),
        (#"{"foo":1}"#, #"[{"op":"remove","path":"/bar"}]"#),
        (#"{"foo":1}"#, #"[{"op":"replace","path":"/bar","value":1}]"#),
        (#"{"foo":{"a":1}}"#, #"[{"op":"move","from":"/foo","path":"/foo/b"}]"#),
    ])
    func refusesWhatDoesNotApply(document: String, patch: String) throws {
        let patch = try JSONPatch(JSON(parsing: patch))
        let document = try JSON(parsing: document)
        let error = #expect(throws: PatchError.self) { try patch.apply(to: document) }
        #expect(error?.kind == .doesNotApply)
    }

    @Test(arguments: [
        #"{}"#, #"[{"path":"/a"}]"#, #"[{"op":"grow","path":"/a"}]"#, #"[{"op":"add","path":"/a"}]"#,
        #"[{"op":"add","path":"a","value":1}]"#, #"[{"op":"move","path":"/a"}]"#,
    ])
    func refusesWhatIsNoPatch(text: String) throws {
        let json = try JSON(parsing: text)
        let error = #expect(throws: PatchError.self) { try JSONPatch(json) }
        #expect(error?.kind == .malformed)
    }

    /// RFC 7386, appendix A.
    @Test(arguments: [
        (#"{"a":"b"}"#, #"{"a":"c"}"#, #"{"a":"c"}"#), (#"{"a":"b"}"#, #"{"b":"c"}"#, #"{"a":"b","b":"c"}"#),
        (#"{"a":"b"}"#, #"{"a":null}"#, "{}"), (#"{"a":["b"]}"#, #"{"a":"c"}"#, #"{"a":"c"}"#),
        (#"{"a":"c"}"#, #"{"a":["b"]}"#, #"{"a":["b"]}"#),
        (#"{"a":{"b":"c"}}"#, #"{"a":{"b":"d","c":null}}"#, #"{"a":{"b":"d"}}"#),
        (#"{"a":[{"b":"c"}]}"#, #"{"a":[1]}"#, #"{"a":[1]}"#), (#"["a","b"]"#, #"["c","d"]"#, #"["c","d"]"#),
        (#"{"e":null}"#, #"{"a":1}"#, #"{"a":1,"e":null}"#), ("[1,2]", #"{"a":"b","c":null}"#, #"{"a":"b"}"#),
        ("{}", #"{"a":{"bb":{"ccc":null}}}"#, #"{"a":{"bb":{}}}"#),
    ])
    func mergesByRFC7386(document: String, patch: String, expected: String) throws {
        let result = JSONMergePatch.apply(try JSON(parsing: patch), to: try JSON(parsing: document))
        #expect(result == (try JSON(parsing: expected)))
    }

    @Test func theDifferencePatchesOneIntoTheOther() throws {
        let old: JSON = ["a": 1, "b": ["c": [1, 2], "d": "x"], "e": true]
        let new: JSON = ["a": 1, "b": ["c": [1], "f": ["g": 1]]]
        let patch = try #require(JSONMergePatch.difference(from: old, to: new))
        #expect(patch == ["b": ["c": [1], "d": nil, "f": ["g": 1]], "e": nil])
        #expect(JSONMergePatch.apply(patch, to: old) == new)
        #expect(JSONMergePatch.difference(from: old, to: old) == nil)
    }
}
