import Testing

@testable import InferenceEngine

@Suite struct MachineCoresTests {
    func quota(_ files: [String: String]) -> Double? { ControlGroupQuota.cores { files[$0] } }

    @Test func theUnifiedHierarchyIsReadUpToTheRoot() {
        #expect(
            quota([
                "/proc/self/cgroup": "0::/pods/web\n", "/sys/fs/cgroup/pods/web/cpu.max": "max 100000\n",
                "/sys/fs/cgroup/pods/cpu.max": "150000 100000\n", "/sys/fs/cgroup/cpu.max": "800000 100000\n",
            ]) == 1.5)
    }

    @Test func insideAContainerOnlyTheRootIsThere() {
        #expect(
            quota(["/proc/self/cgroup": "0::/../../x\n", "/sys/fs/cgroup/cpu.max": "200000 100000"]) == 2)
    }

    @Test func legacyControllersAreReadToo() {
        let files = [
            "/proc/self/cgroup": "5:memory:/docker/1\n4:cpu,cpuacct:/docker/1\n",
            "/sys/fs/cgroup/cpu,cpuacct/docker/1/cpu.cfs_quota_us": "50000\n",
            "/sys/fs/cgroup/cpu,cpuacct/docker/1/cpu.cfs_period_us": "100000\n",
            "/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us": "-1\n",
            "/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_period_us": "100000\n",
        ]
        #expect(quota(files) == 0.5)
    }

    @Test func noQuotaIsNoLimit() {
        #expect(quota([:]) == nil)
        #expect(quota(["/proc/self/cgroup": "0::/\n", "/sys/fs/cgroup/cpu.max": "max 100000\n"]) == nil)
        #expect(quota(["/proc/self/cgroup": "nonsense", "/sys/fs/cgroup/cpu.max": "x y"]) == nil)
    }

    @Test func boundCoresAreCounted() {
        #expect(MachineCores.allowedCores(processStatus: "Name:\tx\nCpus_allowed_list:\t0-3,8,10-11\n") == 7)
        #expect(MachineCores.allowedCores(processStatus: "Cpus_allowed_list:\t5\n") == 1)
        #expect(MachineCores.allowedCores(processStatus: "Name:\tx\n") == nil)
        #expect(MachineCores.allowedCores(processStatus: "Cpus_allowed_list:\t3-1\n") == nil)
    }

    @Test func thisMachineHasAtLeastOne() { #expect(MachineCores.available() >= 1) }
}
