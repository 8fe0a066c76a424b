/// The protocol that a change of settings came by: the reference server words a few errors differently for each.
public enum SettingsWording: Sendable { case http, grpc }
