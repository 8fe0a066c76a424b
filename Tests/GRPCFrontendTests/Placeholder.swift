@testable import GRPCFrontend
