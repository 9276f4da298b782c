import Core
import Kubernetes
import Testing

@Suite struct SelectorTests {
    private let labels = ["app": "api", "tier": "web", "size": "5", "empty": ""]

    @Test(arguments: [
        ("", true), ("app=api", true), ("app==api", true), ("app = api , tier=web", true), ("app!=api", false),
        ("absent!=x", true), ("app in (api, db)", true), ("app in (db)", false), ("app notin (db)", true),
        ("absent notin (x)", true), ("app notin (api)", false), ("tier", true), ("absent", false), ("!absent", true),
        ("!tier", false), ("size>4", true), ("size<5", false), ("size > 5", false), ("app>3", false), ("empty=", true),
        ("empty in ()", true), ("app=api,absent", false), ("kubernetes.io/service-name=x", false), ("in=x", false),
    ])
    func matchesLabels(text: String, expected: Bool) throws {
        #expect(try LabelSelector(parsing: text).matches(labels) == expected)
    }

    @Test(arguments: [
        "app in api", "app in (api", "app=api,", ",app", "app=a b", "=x", "app==api==x", "a/b/c=d", "-bad=x",
        "size>big",
        "app=\(String(repeating: "x", count: 64))", "app=-x", "!",
    ])
    func refusesMistakes(text: String) {
        let error = #expect(throws: KubernetesStatusError.self) { try LabelSelector(parsing: text) }
        #expect(error?.code == 400)
    }

    @Test(arguments: ["app=api,tier!=db", "env in (a,b),!legacy,size>3", "x", "y notin (q)"])
    func writesWhatItRead(text: String) throws {
        #expect(try LabelSelector(parsing: text).description == text)
    }

    @Test func readsTheObjectForm() throws {
        let selector = try LabelSelector(object: [
            "matchLabels": ["app": "api"],
            "matchExpressions": [
                ["key": "tier", "operator": "In", "values": ["web", "db"]],
                ["key": "absent", "operator": "DoesNotExist"],
            ],
        ])
        #expect(selector.matches(labels))
        #expect(try LabelSelector(object: [:]).matches([:]))
        #expect(throws: KubernetesStatusError.self) {
            try LabelSelector(object: ["matchExpressions": [["key": "a", "operator": "In", "values": []]]])
        }
        #expect(throws: KubernetesStatusError.self) {
            try LabelSelector(object: ["matchExpressions": [["key": "a", "operator": "Like"]]])
        }
    }

    @Test(arguments: [
        ("metadata.name=p", true), ("metadata.name!=p", false), ("status.phase==Running,spec.nodeName=n", true),
        ("status.phase=Pending", false), ("status.podIP=", true), ("spec.hostNetwork=false", true), ("", true),
    ])
    func matchesFields(text: String, expected: Bool) throws {
        var pod = KubernetesObject(.pod, namespace: "a", name: "p")
        pod.spec = ["nodeName": "n"]
        pod.status = ["phase": "Running"]
        #expect(try FieldSelector(parsing: text).matches(pod) == expected)
    }

    @Test func fieldSelectorsEscapeAndRefuse() throws {
        let selector = try FieldSelector(parsing: #"metadata.name=a\,b\=c\\d"#)
        #expect(selector.terms == [.init(field: "metadata.name", value: #"a,b=c\d"#)])
        #expect(selector.description == #"metadata.name=a\,b\=c\\d"#)
        for text in ["metadata.name", #"a=\x"#, "a=b=c", #"a=b\"#] {
            #expect(throws: KubernetesStatusError.self) { try FieldSelector(parsing: text) }
        }
        let error = #expect(throws: KubernetesStatusError.self) {
            try FieldSelector(parsing: "spec.replicas=1").validate(for: .deployment)
        }
        #expect(error?.message == "field label not supported: spec.replicas")
    }
}
