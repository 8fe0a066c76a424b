import Testing

@testable import InferenceEngine

struct LoggedMessagesTests {
    @Test func aMessageIsNewUntilItRepeatsItself() {
        var messages = LoggedMessages()
        var isNew: [Bool] = []
        for (message, subject) in [("bad", "m"), ("bad", "m"), ("bad", "other"), ("worse", "m"), ("bad", "m")] {
            isNew.append(messages.isNew(message, about: subject))
        }
        #expect(isNew == [true, false, true, true, true])
        messages.forget("m")
        let isNewAgain = messages.isNew("bad", about: "m")
        #expect(isNewAgain)
    }

    @Test func anyNumberOfSubjectsTakesBoundedMemory() {
        var messages = LoggedMessages()
        var newCount = 0
        for subject in 0..<(LoggedMessages.limit * 3) where messages.isNew("not found", about: "name\(subject)") {
            newCount += 1
        }
        #expect(newCount == LoggedMessages.limit * 3 && messages.count <= LoggedMessages.limit)
    }
}
