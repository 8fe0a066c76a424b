// Says in a sentence what a file is that LibTorch could not load.
#include "shim.h"

#include <caffe2/serialize/inline_container.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <string_view>

namespace nereid {
namespace {

constexpr const char *cure = "save the model with torch.jit.script(model).save(\"model.pt\") or torch.jit.trace(...).save(...)";

std::string diagnose_archive(const std::string &path) {
    std::vector<std::string> records;
    try {
        caffe2::serialize::PyTorchStreamReader reader(path);
        records = reader.getAllRecords();
    } catch (...) {
        return "the file begins like a TorchScript archive but cannot be read as one: it is probably cut off or damaged; copy it again";
    }
    auto has = [&](std::string_view name) { return std::find(records.begin(), records.end(), name) != records.end(); };
    auto has_folder = [&](std::string_view folder) {
        return std::any_of(records.begin(), records.end(), [&](const std::string &record) { return record.starts_with(folder); });
    };
    if (has("constants.pkl") && has_folder("code/")) return "";
    if (has("archive_format") || has_folder("models/"))
        return std::string("the file is a torch.export archive (.pt2), not TorchScript; ") + cure;
    if (has("data.pkl"))
        return std::string("the file was written by torch.save() and holds weights or a pickled object, not TorchScript; ") + cure;
    return std::string("the file is a zip archive but holds no TorchScript; ") + cure;
}

} // namespace

std::string diagnose(const std::string &path) {
    std::ifstream file(path, std::ios::binary);
    if (!file) return "the file cannot be opened for reading; check its permissions";
    std::array<char, 64> buffer{};
    file.read(buffer.data(), buffer.size());
    std::string_view head(buffer.data(), static_cast<size_t>(file.gcount()));
    file.close();
    if (head.empty()) return "the file is empty";
    if (head.starts_with("PK\x03\x04")) return diagnose_archive(path);
    if (head.starts_with("version https://git-lfs"))
        return "the file is a Git LFS pointer, not the model itself; fetch it with git lfs pull";
    if (head.size() > 2 && head[0] == '\x80' && head[1] >= 2 && head[1] <= 5)
        return std::string("the file is a Python pickle, as the torch.save() of old releases writes it, not TorchScript; ") + cure;
    return std::string("the file is not a TorchScript archive; ") + cure;
}

} // namespace nereid
