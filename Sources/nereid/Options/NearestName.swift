/// Finds the name that was probably meant.
enum NearestName {
    /// The candidate with the fewest edits from `name`, if they are few enough for a misspelling.
    static func of(_ name: String, among candidates: some Sequence<String>) -> String? {
        let limit = max(1, name.count / 3)
        let ranked = candidates.map { (name: $0, edits: editDistance(name, $0)) }.filter { $0.edits <= limit }
        return ranked.min { ($0.edits, $0.name) < ($1.edits, $1.name) }?.name
    }

    /// Insertions, deletions, replacements and swaps of neighbours that turn one text into the other.
    static func editDistance(_ first: String, _ second: String) -> Int {
        let first = Array(first.prefix(100))
        let second = Array(second.prefix(100))
        var beforePrevious: [Int] = []
        var previous = Array(0...second.count)
        for row in first.indices {
            var current = [row + 1]
            for column in second.indices {
                let replaced = previous[column] + (first[row] == second[column] ? 0 : 1)
                var best = min(replaced, previous[column + 1] + 1, current[column] + 1)
                if row > 0, column > 0, first[row] == second[column - 1], first[row - 1] == second[column] {
                    best = min(best, beforePrevious[column - 1] + 1)
                }
                current.append(best)
            }
            beforePrevious = previous
            previous = current
        }
        return previous[second.count]
    }
}
