import ModelConfiguration
import ModelRepository
import Testing

struct VersionPolicyTests {
    @Test(arguments: [
        (ModelVersionPolicy.latest(count: 1), [Int64](arrayLiteral: 10)),
        (.latest(count: 2), [2, 10]),
        (.latest(count: 9), [1, 2, 10]),
        (.all, [1, 2, 10]),
        (.specific([10, 1, 7]), [1, 10]),
        (.specific([7]), []),
    ])
    func selects(policy: ModelVersionPolicy, expected: [Int64]) {
        #expect(policy.selection(from: [10, 1, 2]) == expected)
    }
}
