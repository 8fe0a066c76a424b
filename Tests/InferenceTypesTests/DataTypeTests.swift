import InferenceTypes
import Testing

@Suite struct DataTypeTests {
    @Test(arguments: DataType.allCases.filter { $0 != .invalid })
    func namesRoundTrip(type: DataType) {
        #expect(DataType(protocolName: type.protocolName) == type)
        #expect(DataType(configurationName: type.configurationName) == type)
    }

    @Test(arguments: ["FLOAT", "fp32", "TYPE_FP32", "STRING", "", "<invalid>"])
    func unknownProtocolNamesAreNil(name: String) {
        #expect(DataType(protocolName: name) == nil)
    }

    @Test func stringsHaveTwoNames() {
        #expect(DataType.bytes.protocolName == "BYTES")
        #expect(DataType.bytes.configurationName == "TYPE_STRING")
        #expect(DataType.bytes.byteSize == nil)
    }
}
