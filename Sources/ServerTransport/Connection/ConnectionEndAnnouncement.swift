/// Goes through the pipeline of a connection that the server will end soon: a protocol that can tell its client so does,
/// with its next answer, and goes on serving meanwhile.
package struct ConnectionEndAnnouncement: Sendable {
    package init() {}
}
