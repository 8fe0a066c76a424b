import BackendAPI
import ModelConfiguration

/// What has to be done so that the instances of a model are those of another configuration.
///
/// Instances are alike if their groups agree in everything but name and count; of those, as many as possible stay.
struct InstanceChange {
    /// Instances that stay, and the place that each takes in the new configuration.
    private(set) var kept: [Int: InstanceContext] = [:]
    /// To be made.
    private(set) var added: [InstanceContext] = []
    /// To be released.
    private(set) var retired: [Int] = []

    /// - Parameters:
    ///   - current: the instances that serve, by their numbers.
    ///   - wanted: the instances of the new configuration.
    init(from current: [Int: InstanceContext], to wanted: [InstanceContext]) {
        var left = current.sorted { $0.key < $1.key }
        var places: [InstanceContext] = []
        // An instance keeps its name where it can: logs and metrics go by it.
        for place in wanted {
            if let index = left.firstIndex(where: { $0.value.name == place.name && $0.value.isAlike(place) }) {
                kept[left.remove(at: index).key] = place
            } else {
                places.append(place)
            }
        }
        for place in places {
            if let index = left.firstIndex(where: { $0.value.isAlike(place) }) {
                kept[left.remove(at: index).key] = place
            } else {
                added.append(place)
            }
        }
        retired = left.map(\.key)
    }
}

extension InstanceContext {
    fileprivate func isAlike(_ other: InstanceContext) -> Bool { kindOfInstance == other.kindOfInstance }

    private var kindOfInstance: ModelInstanceGroup {
        var group = group
        group.name = ""
        group.count = 0
        return group
    }
}
