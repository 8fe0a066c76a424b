import BackendAPI
import ModelConfiguration
import Testing

@testable import InferenceEngine

/// Which instances stay, come and go when the instance groups change.
struct InstanceChangeTests {
    private func group(_ name: String, _ kind: ModelInstanceGroup.Kind = .cpu, count: Int32) -> ModelInstanceGroup {
        var group = ModelInstanceGroup()
        group.name = name
        group.kind = kind
        group.count = count
        return group
    }

    private func contexts(_ groups: ModelInstanceGroup...) -> [InstanceContext] {
        var contexts: [InstanceContext] = []
        let total = groups.reduce(0) { $0 + Int($1.count) }
        for group in groups {
            for index in 0..<Int(group.count) {
                contexts.append(
                    InstanceContext(
                        name: "\(group.name)_\(index)", group: group, ordinal: contexts.count, instanceCount: total))
            }
        }
        return contexts
    }

    private func numbered(_ contexts: [InstanceContext]) -> [Int: InstanceContext] {
        Dictionary(uniqueKeysWithValues: contexts.enumerated().map { ($0.offset, $0.element) })
    }

    @Test func aHigherCountAddsAndALowerOneRetires() {
        let one = numbered(contexts(group("m_0", count: 1)))
        let three = contexts(group("m_0", count: 3))
        let growth = InstanceChange(from: one, to: three)
        #expect(growth.kept.keys.sorted() == [0] && growth.retired.isEmpty)
        #expect(growth.added.map(\.name) == ["m_0_1", "m_0_2"])
        #expect(growth.added.map(\.instanceCount) == [3, 3])

        let shrinking = InstanceChange(from: numbered(three), to: contexts(group("m_0", count: 1)))
        #expect(shrinking.kept.keys.sorted() == [0] && shrinking.retired == [1, 2] && shrinking.added.isEmpty)
    }

    @Test func anotherKindIsAnotherInstance() {
        let change = InstanceChange(
            from: numbered(contexts(group("m_0", .cpu, count: 2))), to: contexts(group("m_0", .model, count: 2)))
        #expect(change.kept.isEmpty && change.retired == [0, 1])
        #expect(change.added.map(\.name) == ["m_0_0", "m_0_1"])
    }

    @Test func anotherNameOrAnotherOrderOfGroupsChangesNothing() {
        let renamed = InstanceChange(
            from: numbered(contexts(group("a", count: 2))), to: contexts(group("b", count: 2)))
        #expect(renamed.added.isEmpty && renamed.retired.isEmpty)
        #expect(renamed.kept.mapValues(\.name) == [0: "b_0", 1: "b_1"])

        let (cpu, model) = (group("a", .cpu, count: 1), group("b", .model, count: 1))
        let turned = InstanceChange(from: numbered(contexts(cpu, model)), to: contexts(model, cpu))
        #expect(turned.added.isEmpty && turned.retired.isEmpty)
        #expect(turned.kept.mapValues(\.name) == [0: "a_0", 1: "b_0"])
    }

    @Test func anInstanceKeepsItsNameWhereItCan() {
        let three = numbered(contexts(group("a", count: 1), group("b", count: 2)))
        let change = InstanceChange(from: three, to: contexts(group("b", count: 1)))
        #expect(change.kept.mapValues(\.name) == [1: "b_0"] && change.retired == [0, 2])
    }
}
