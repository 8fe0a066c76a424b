// Reads the file of a module so that other threads of the machine hardly notice.
#include "shim.h"

#include <algorithm>
#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace nereid {
namespace {

/// Many kernels let no other thread have the core while a call copies, whatever its priority: so each call is short.
class FileReader final : public caffe2::serialize::ReadAdapterInterface {
public:
    explicit FileReader(const char *path) : descriptor(open(path, O_RDONLY | O_CLOEXEC)) {
        TORCH_CHECK(descriptor >= 0, "cannot open '", path, "': ", std::strerror(errno));
        struct stat status {};
        if (fstat(descriptor, &status) != 0 || !S_ISREG(status.st_mode)) {
            close(descriptor);
            TORCH_CHECK(false, "'", path, "' is not a regular file");
        }
        bytes = static_cast<size_t>(status.st_size);
    }

    ~FileReader() override { close(descriptor); }
    FileReader(const FileReader &) = delete;
    FileReader &operator=(const FileReader &) = delete;

    size_t size() const override { return bytes; }

    /// Fewer than `count` bytes only at the end of the file and after an error, both of which the archive's reader reports.
    size_t read(uint64_t position, void *buffer, size_t count, const char *) const override {
        size_t done = 0;
        while (done < count) {
            ssize_t got = pread(descriptor, static_cast<char *>(buffer) + done, std::min(piece, count - done),
                                static_cast<off_t>(position + done));
            if (got < 0 && errno == EINTR) continue;
            if (got <= 0) break;
            done += static_cast<size_t>(got);
            give_way();
        }
        return done;
    }

private:
    static constexpr size_t piece = size_t{128} << 10;
    int descriptor;
    size_t bytes = 0;
};

} // namespace

std::shared_ptr<caffe2::serialize::ReadAdapterInterface> open_module_file(const char *path) {
    return std::make_shared<FileReader>(path);
}

} // namespace nereid
