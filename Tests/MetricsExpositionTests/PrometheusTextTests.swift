import MetricsExposition
import Testing

/// The text format, version 0.0.4.
struct PrometheusTextTests {
    private let requests = MetricDescription(.counter, "requests_total", "Requests")
    private let size = MetricDescription(.gauge, "size_bytes", "Size")

    private func text(_ fill: (inout MetricFamilies) -> Void) -> String {
        var families = MetricFamilies()
        fill(&families)
        return String(decoding: families.prometheusText(), as: UTF8.self)
    }

    @Test func nothingIsNothing() { #expect(text { _ in }.isEmpty) }

    @Test func samplesStandTogetherWhateverTheOrderInWhichTheyCame() {
        let text = text { families in
            families.add(requests, 3, ["model": "a"])
            families.add(size, 0.5)
            families.add(requests, UInt64(4), ["version": "1", "model": "b"])
        }
        #expect(
            text == """
                # HELP requests_total Requests
                # TYPE requests_total counter
                requests_total{model="a"} 3
                requests_total{model="b",version="1"} 4
                # HELP size_bytes Size
                # TYPE size_bytes gauge
                size_bytes 0.5

                """)
    }

    @Test func labelValuesAreEscaped() {
        let text = text { $0.add(requests, 1, ["model": "a\"b\\c\nd é \u{1F600}\r\t"]) }
        #expect(text.hasSuffix("requests_total{model=\"a\\\"b\\\\c\\nd é \u{1F600}\r\t\"} 1\n"))
    }

    @Test func helpIsEscapedButItsQuotesAreNot() {
        let text = text { $0.add(MetricDescription(.gauge, "g", "one \"line\"\nand \\ more"), 1) }
        #expect(text.hasPrefix("# HELP g one \"line\"\\nand \\\\ more\n"))
    }

    @Test(arguments: [
        ("a-b", "a_b"), ("9a", "_9a"), ("", "_"), ("é", "_"), ("_ok_9", "_ok_9"), ("a b\"", "a_b_"),
    ])
    func namesOfLabelsAreMadeLegal(name: String, legal: String) {
        #expect(text { $0.add(requests, 1, MetricLabels().adding(name, "v")) }.contains("{\(legal)=\"v\"}"))
    }

    @Test func aLabelIsThereOnce() {
        let labels = MetricLabels().adding("a-b", "first").adding("a_b", "second")
        #expect(text { $0.add(requests, 1, labels) }.contains("{a_b=\"first\"} 1"))
    }

    @Test(arguments: [
        (1.0, "1"), (0.25, "0.25"), (-2.0, "-2"), (1e300, "1e+300"), (.infinity, "+Inf"), (-.infinity, "-Inf"),
        (.nan, "NaN"),
    ])
    func numbers(value: Double, written: String) {
        #expect(text { $0.add(size, value) }.hasSuffix("size_bytes \(written)\n"))
    }

    @Test func numbersThatAreTooLargeAreCut() {
        #expect(text { $0.add(requests, UInt64.max) }.hasSuffix(" 9223372036854775807\n"))
    }

    @Test func bucketsOfHistogramsAddUp() {
        var histogram = MetricHistogram(bounds: [2000, 100, 100, .infinity, .nan])
        for value in [100.0, 101, 5000, 0] { histogram.observe(value) }
        let text = text { families in
            families.add(MetricDescription(.histogram, "h_ms", "H"), histogram, ["model": "m"])
        }
        #expect(
            text == """
                # HELP h_ms H
                # TYPE h_ms histogram
                h_ms_bucket{model="m",le="100"} 2
                h_ms_bucket{model="m",le="2000"} 3
                h_ms_bucket{model="m",le="+Inf"} 4
                h_ms_sum{model="m"} 5201
                h_ms_count{model="m"} 4

                """)
    }

    @Test func summaries() {
        let text = text { families in
            families.add(
                MetricDescription(.summary, "s_us", "S"), quantiles: [(0.5, 12.5), (0.99, .nan)], sum: 30, count: 2,
                ["model": "m"])
        }
        #expect(
            text == """
                # HELP s_us S
                # TYPE s_us summary
                s_us_count{model="m"} 2
                s_us_sum{model="m"} 30
                s_us{model="m",quantile="0.5"} 12.5
                s_us{model="m",quantile="0.99"} NaN

                """)
    }

    private struct Constant: MetricSource {
        let metric: MetricDescription
        func collect(into families: inout MetricFamilies) { families.add(metric, 1) }
    }

    @Test func sourcesAreAskedInTheirOrder() {
        let collector = MetricsCollector([Constant(metric: size), Constant(metric: requests)])
        let text = String(decoding: collector.prometheusText(), as: UTF8.self)
        #expect(text.split(separator: "\n").filter { !$0.hasPrefix("#") } == ["size_bytes 1", "requests_total 1"])
    }
}
