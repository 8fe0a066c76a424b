/// A regular expression as a machine that is in several states at a time: each byte is looked at once.
struct PatternProgram: Sendable {
    private enum Instruction: Sendable {
        case byte(ByteSet)
        case assertion(PatternNode.Assertion)
        case jump(Int)
        case split(Int, Int)
        case match
    }

    private static let maximumInstructions = 5000
    private static let tooLarge = PatternError(
        reason: "the expression is too large when its repetitions are written out", offset: 0)

    private var instructions: [Instruction] = []
    private var nodeCount = 0

    init(_ node: PatternNode) throws(PatternError) {
        try append(node)
        instructions.append(.match)
    }

    private mutating func add(_ instruction: Instruction) throws(PatternError) {
        guard instructions.count < Self.maximumInstructions else {
            throw Self.tooLarge
        }
        instructions.append(instruction)
    }

    private mutating func append(_ node: PatternNode) throws(PatternError) {
        nodeCount += 1
        // Repetitions of nothing add no instruction.
        guard nodeCount <= 4 * Self.maximumInstructions else { throw Self.tooLarge }
        switch node {
        case .byte(let set): try add(.byte(set))
        case .assertion(let assertion): try add(.assertion(assertion))
        case .sequence(let nodes):
            for node in nodes { try append(node) }
        case .choice(let nodes): try appendChoice(nodes)
        case .repetition(let node, let minimum, let maximum):
            for _ in 0..<minimum { try append(node) }
            guard let maximum else { return try appendLoop(node) }
            var skips: [Int] = []
            for _ in minimum..<maximum {
                skips.append(instructions.count)
                try add(.match)
                try append(node)
            }
            for skip in skips { instructions[skip] = .split(skip + 1, instructions.count) }
        }
    }

    private mutating func appendLoop(_ node: PatternNode) throws(PatternError) {
        let start = instructions.count
        try add(.match)
        try append(node)
        try add(.jump(start))
        instructions[start] = .split(start + 1, instructions.count)
    }

    private mutating func appendChoice(_ nodes: [PatternNode]) throws(PatternError) {
        var ends: [Int] = []
        for (index, node) in nodes.enumerated() {
            guard index < nodes.count - 1 else {
                try append(node)
                break
            }
            let split = instructions.count
            try add(.match)
            try append(node)
            ends.append(instructions.count)
            try add(.match)
            instructions[split] = .split(split + 1, instructions.count)
        }
        for end in ends { instructions[end] = .jump(instructions.count) }
    }

    /// Whether some part of `text` matches.
    func matches(_ text: [UInt8]) -> Bool {
        var current = StateSet(capacity: instructions.count)
        var following = StateSet(capacity: instructions.count)
        for position in 0...text.count {
            if enter(0, &current, text, position) { return true }
            guard position < text.count else { break }
            for state in current.states {
                if case .byte(let set) = instructions[state], set.contains(text[position]),
                    enter(state + 1, &following, text, position + 1)
                {
                    return true
                }
            }
            swap(&current, &following)
            following.removeAll()
        }
        return false
    }

    /// Adds a state and all that it leads to without a byte. Returns whether the end is one of them.
    private func enter(_ state: Int, _ set: inout StateSet, _ text: [UInt8], _ position: Int) -> Bool {
        var waiting = [state]
        while let state = waiting.popLast() {
            guard set.insert(state) else { continue }
            switch instructions[state] {
            case .byte: break
            case .jump(let target): waiting.append(target)
            case .split(let first, let second):
                waiting.append(second)
                waiting.append(first)
            case .assertion(let assertion):
                if Self.holds(assertion, text, position) { waiting.append(state + 1) }
            case .match: return true
            }
        }
        return false
    }

    private static func holds(_ assertion: PatternNode.Assertion, _ text: [UInt8], _ position: Int) -> Bool {
        let isAfterWord = position > 0 && ByteSet.word.contains(text[position - 1])
        let isBeforeWord = position < text.count && ByteSet.word.contains(text[position])
        switch assertion {
        case .start: return position == 0
        case .end: return position == text.count
        case .wordBoundary: return isAfterWord != isBeforeWord
        case .noWordBoundary: return isAfterWord == isBeforeWord
        }
    }
}

/// States in the order in which they were entered, each once.
private struct StateSet {
    private(set) var states: [Int] = []
    private var isMember: [Bool]

    init(capacity: Int) { isMember = Array(repeating: false, count: capacity) }

    mutating func insert(_ state: Int) -> Bool {
        guard !isMember[state] else { return false }
        isMember[state] = true
        states.append(state)
        return true
    }

    mutating func removeAll() {
        for state in states { isMember[state] = false }
        states.removeAll(keepingCapacity: true)
    }
}
