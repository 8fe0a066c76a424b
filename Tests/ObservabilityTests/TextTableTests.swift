import Testing

@testable import Observability

struct TextTableTests {
    private let table = TextTable(
        header: ["Model", "Version", "Status"],
        rows: [
            ["speech", "1", "READY"],
            ["speech_encoder_with_a_name_that_goes_on", "12", "READY"],
            [
                "broken", "1",
                "UNAVAILABLE: Invalid argument: unable to find backend library for backend 'nosuchbackend', try "
                    + "specifying runtime on the model configuration.\nset backend to one of: ensemble, identity, pytorch",
            ],
        ])

    @Test func asWideAsItsContentWithoutALimit() {
        let small = TextTable(header: ["Model", "Version"], rows: [["a", "1"], ["two\nlines"]])
        #expect(
            small.text() == """
                +-------+---------+
                | Model | Version |
                +-------+---------+
                | a     | 1       |
                | two   |         |
                | lines |         |
                +-------+---------+

                """)
    }

    @Test(arguments: [40, 60, 80, 200])
    func everyLineFitsAndAllLinesAreEquallyWide(width: Int) {
        let lines = table.text(width: width).split(separator: "\n")
        let widths = Set(lines.map { DisplayWidth.of($0) })
        #expect(widths.count == 1)
        #expect(widths.allSatisfy { $0 <= width })
    }

    @Test(arguments: [60, 80, 200])
    func nothingIsLostByWrapping(width: Int) {
        var columns: [[String]] = [[], [], []]
        for line in table.text(width: width).split(separator: "\n") where line.hasPrefix("|") {
            for (index, cell) in line.split(separator: "|").enumerated() where index < 3 {
                columns[index].append(cell.filter { $0 != " " })
            }
        }
        for (index, column) in columns.enumerated() {
            let expected = ([table.header] + table.rows).map { $0[index].filter { !$0.isWhitespace } }.joined()
            #expect(column.joined() == expected)
        }
    }

    @Test func theStatusColumnGivesWayBeforeTheNames() {
        let text = table.text(width: 80)
        #expect(text.contains("| speech_encoder_with_a_name_that_goes_on | 12"))
    }

    @Test func wordsStayWholeWhereTheyFit() {
        #expect(TextTable.wrap("one two three four", width: 9) == ["one two", "three", "four"])
        #expect(TextTable.wrap("abcdefghij kl", width: 4) == ["abcd", "efgh", "ij", "kl"])
        #expect(TextTable.wrap("fits", width: 4) == ["fits"])
    }

    @Test func wideCharactersCountTwice() {
        #expect(DisplayWidth.of("日本") == 4)
        #expect(DisplayWidth.of("e\u{301}") == 1)
        #expect(TextTable.wrap("日本語", width: 4) == ["日本", "語"])
        let lines = TextTable(header: ["M"], rows: [["日本"], ["abc"]]).text().split(separator: "\n")
        #expect(Set(lines.map { DisplayWidth.of($0) }).count == 1)
    }

    @Test func controlCharactersCannotReachTheTerminal() {
        let text = TextTable(header: ["Model"], rows: [["\u{1b}[2Jevil\u{9b}x\r\ty"]]).text()
        #expect(text.contains("\\u{1b}[2Jevil\\u{9b}x    y"))
        #expect(!text.contains("\u{1b}"))
    }

    @Test func widthsTooSmallForTheFrameStillRender() {
        #expect(table.text(width: 3).contains("READY"))
        #expect(TextTable(header: []).text(width: 80).isEmpty)
    }
}
