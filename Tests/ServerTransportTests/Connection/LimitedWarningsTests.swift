import InferenceTesting
import NIOCore
import ServerTransport
import Testing

@Suite struct LimitedWarningsTests {
    @Test func oneWarningOfAnIntervalIsLoggedAndTellsOfTheOthers() {
        let log = RecordingLog()
        let warnings = LimitedWarnings(log.logger, interval: .seconds(10))
        for second in [0, 1, 9, 10, 11, 25] {
            warnings.warn("at \(second)", at: .uptimeNanoseconds(0) + .seconds(Int64(second)))
        }
        #expect(
            log.lines == [
                "warning: at 0", "warning: at 10 (and 2 similar warnings since the last one)",
                "warning: at 25 (and 1 similar warnings since the last one)",
            ])
    }
}
