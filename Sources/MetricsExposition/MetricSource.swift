/// Something that has metrics to tell.
///
/// It keeps its numbers wherever they arise and is asked for them when somebody looks: nothing is registered, and nothing
/// runs between two looks.
public protocol MetricSource: Sendable {
    /// Adds what there is to tell now. Called on a thread for this, never on an event loop; must not take locks that are
    /// held for long, nor wait.
    func collect(into families: inout MetricFamilies)
}
