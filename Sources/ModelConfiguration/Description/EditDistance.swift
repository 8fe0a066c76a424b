/// How many letters must be added, removed, replaced or swapped with their neighbour to turn one word into another.
enum EditDistance {
    /// Longer words are not compared: names of fields are short, and the work grows with the product of the lengths.
    private static let longestWord = 100

    /// `nil` when the distance is above the limit.
    static func between(_ first: String, _ second: String, notAbove limit: Int) -> Int? {
        let first = Array(first.utf8)
        let second = Array(second.utf8)
        guard first.count <= longestWord, second.count <= longestWord, abs(first.count - second.count) <= limit else {
            return nil
        }
        var beforePrevious: [Int] = []
        var previous = Array(0...second.count)
        for (row, letter) in first.enumerated() {
            var current = [row + 1]
            for (column, other) in second.enumerated() {
                var distance = min(
                    previous[column + 1] + 1, current[column] + 1, previous[column] + (letter == other ? 0 : 1))
                let isSwapped =
                    row > 0 && column > 0 && letter == second[column - 1] && first[row - 1] == other
                if isSwapped { distance = min(distance, beforePrevious[column - 1] + 1) }
                current.append(distance)
            }
            beforePrevious = previous
            previous = current
        }
        let distance = previous[second.count]
        return distance <= limit ? distance : nil
    }
}
