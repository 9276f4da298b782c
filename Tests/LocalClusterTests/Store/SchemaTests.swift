import Kubernetes
import Testing

@testable import LocalCluster

@Suite("Store: schema")
struct SchemaTests {
    @Test("the notation of all types is sound")
    func notation() { #expect(SchemaCatalogue.builtIn.problems == []) }

    @Test("every stored resource has its type", arguments: ResourceRegistry.all.map(\.schema))
    func known(schema: String) { #expect(SchemaCatalogue.builtIn[schema] != nil) }

    @Test("mistakes in the notation are named")
    func mistakes() {
        let catalogue = SchemaCatalogue(notation: ["package x\nThing\n    a Nothing\n    b\n    ...Nowhere #1"])
        #expect(catalogue.problems.count == 3)
    }

    @Test("a keyed list knows its keys and how a patch merges it")
    func listRules() throws {
        let container = try #require(SchemaCatalogue.builtIn["io.k8s.api.core.v1.Container"])
        #expect(container["ports"]?.patchMergeKey == "containerPort")
        guard case .list(_, .keyed(let keys))? = container["ports"]?.shape else { Issue.record("no keys"); return }
        #expect(keys == ["containerPort", "protocol"])
        #expect(container["env"]?.patchStrategy == "merge")
        #expect(container["command"]?.patchStrategy == nil)
    }
}
