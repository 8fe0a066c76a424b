/// The codes of https://github.com/grpc/grpc/blob/master/doc/statuscodes.md, by their numbers on the wire.
package enum GRPCStatusCode: Int, Sendable, Hashable, CaseIterable {
    case ok = 0
    case cancelled, unknown, invalidArgument, deadlineExceeded, notFound, alreadyExists, permissionDenied
    case resourceExhausted, failedPrecondition, aborted, outOfRange, unimplemented, `internal`, unavailable
    case dataLoss, unauthenticated
}
