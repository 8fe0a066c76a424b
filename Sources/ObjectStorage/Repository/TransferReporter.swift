import Logging

/// Logs now and then how far a long transfer is.
struct TransferReporter: Sendable {
    static let interval = Duration.seconds(10)

    let meter: TransferMeter
    let logger: Logger

    /// Runs until it is cancelled.
    func run() async {
        var before = meter.reading.bytes
        while true {
            guard (try? await Task.sleep(for: Self.interval)) != nil else { return }
            let reading = meter.reading
            guard reading.isActive else { continue }
            let rate = Double(reading.bytes - before) / (Self.interval / .seconds(1))
            before = reading.bytes
            logger.info("\(TransferText.progress(reading, bytesPerSecond: rate))")
        }
    }
}
