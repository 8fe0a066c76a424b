import InferenceTypes
import ModelRepository

/// Why the directories of models could not be used when they were last read.
struct DirectoryProblems {
    /// By model name.
    private(set) var causes: [String: String] = [:]

    /// - Parameter overridden: models whose configuration came with a request; what is wrong with that is no fault of
    ///   the directory.
    mutating func note(_ reading: RepositoryReader.Reading, overridden: [String] = []) {
        if reading.isComplete { causes = causes.filter { reading.observed[$0.key] != nil } }
        for (name, observation) in reading.observed {
            if let error = observation.error {
                if !overridden.contains(name) { causes[name] = error.message }
            } else {
                causes[name] = nil
            }
        }
    }

    mutating func forget(_ name: String) { causes[name] = nil }
}
