/// The dimensions of a tensor, outermost first. In a configuration -1 stands for a variable dimension; the shape of a
/// real tensor has none.
public struct Shape: Sendable, Hashable {
    public var dimensions: [Int64]

    public init(_ dimensions: [Int64]) { self.dimensions = dimensions }

    public var rank: Int { dimensions.count }

    /// Whether some dimension is variable (-1).
    public var hasVariableDimension: Bool { dimensions.contains(-1) }

    /// The product of the dimensions (1 for a rank of 0); `nil` when a dimension is negative or the product does not
    /// fit in an `Int`.
    public var elementCount: Int? {
        var product = 1
        for dimension in dimensions {
            guard dimension >= 0, let factor = Int(exactly: dimension) else { return nil }
            let (result, overflow) = product.multipliedReportingOverflow(by: factor)
            // A zero dimension makes the product zero whatever overflowed before it.
            if overflow { return dimensions.contains(0) ? 0 : nil }
            product = result
        }
        return product
    }

    /// The size in bytes of a tensor of this shape; `nil` for variable-size types, and when it does not fit in an `Int`.
    public func byteCount(of type: DataType) -> Int? {
        guard let elementSize = type.byteSize, let count = elementCount else { return nil }
        let (bytes, overflow) = count.multipliedReportingOverflow(by: elementSize)
        return overflow ? nil : bytes
    }
}

extension Shape: ExpressibleByArrayLiteral {
    public init(arrayLiteral elements: Int64...) { self.init(elements) }
}

extension Shape: CustomStringConvertible {
    /// As Triton prints a shape: `[1,16]`.
    public var description: String { "[" + dimensions.map(String.init).joined(separator: ",") + "]" }
}
