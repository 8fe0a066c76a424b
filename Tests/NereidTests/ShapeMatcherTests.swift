import InferenceTypes
import Testing

@testable import nereid

struct ShapeMatcherTests {
    struct Case: Sendable {
        var data: [Int]
        var declared: Shape
        var batches: Bool
        var expected: Shape = []
    }

    private static let fitting = [
        Case(data: [3, 4], declared: [-1, 4], batches: true, expected: [3, 4]),
        Case(data: [4], declared: [-1, 4], batches: true, expected: [1, 4]),
        Case(data: [7], declared: [-1, -1], batches: true, expected: [1, 7]),
        Case(data: [7], declared: [-1], batches: false, expected: [7]),
        Case(data: [], declared: [1], batches: false, expected: [1]),
        Case(data: [], declared: [-1, 1], batches: true, expected: [1, 1]),
        Case(data: [6], declared: [2, 3], batches: false, expected: [2, 3]),
        Case(data: [6], declared: [-1, 2, 3], batches: true, expected: [1, 2, 3]),
        Case(data: [6], declared: [-1, 2, -1], batches: true, expected: [1, 2, 3]),
        Case(data: [2, 3], declared: [-1, 2, 3], batches: true, expected: [1, 2, 3]),
        Case(data: [], declared: [], batches: false, expected: []),
        Case(data: [0], declared: [-1], batches: false, expected: [0]),
        Case(data: [], declared: [-1], batches: true, expected: [1]),
    ]

    @Test(arguments: fitting)
    func fits(_ item: Case) throws {
        let shape = try ShapeMatcher.shape(
            of: item.data, declared: item.declared, hasBatchDimension: item.batches)
        #expect(shape == item.expected)
    }

    private static let unfitting = [
        Case(data: [5], declared: [-1, 4], batches: true), Case(data: [2, 2], declared: [4], batches: false),
        Case(data: [4], declared: [-1, -1], batches: false), Case(data: [7], declared: [2, -1], batches: false),
        Case(data: [3, 5], declared: [-1, 4], batches: true), Case(data: [7], declared: [0, -1], batches: false),
    ]

    @Test(arguments: unfitting)
    func doesNotFit(_ item: Case) {
        let error = #expect(throws: InputError.self) {
            try ShapeMatcher.shape(of: item.data, declared: item.declared, hasBatchDimension: item.batches)
        }
        let shape = Shape(item.data.map { Int64($0) })
        #expect(error?.description == "data of shape \(shape) does not fit the model's shape \(item.declared)")
    }
}
