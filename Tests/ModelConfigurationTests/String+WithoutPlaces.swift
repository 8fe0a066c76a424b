extension String {
    /// A message about a configuration without the lines that name places, which `ViolationPlaceTests` looks at.
    var withoutPlaces: String {
        split(separator: "\n", omittingEmptySubsequences: false).filter { !$0.hasPrefix("    at ") }
            .joined(separator: "\n")
    }
}
