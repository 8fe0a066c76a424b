public import JSONText

extension ModelConfig {
    /// Appends the configuration as Triton's `GET /v2/models/M/config` prints it: the field names and the order of
    /// model_config.proto, primitive fields even when they have their default, messages only when present, integers of
    /// all sizes as numbers, maps as objects.
    public func write(to writer: inout JSONWriter) {
        JSONForm.write(ModelConfig.schema.encode(self), to: &writer)
    }

    /// The bytes that `write(to:)` appends.
    public func jsonBytes() -> [UInt8] {
        var writer = JSONWriter(reserving: 2048)
        write(to: &writer)
        return writer.bytes
    }
}
