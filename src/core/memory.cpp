#include "core/memory.hpp"

#include <algorithm>
#include <fstream>
#include <limits>
#include <optional>

namespace waterbed {
namespace {

/// The number after a word in a file of lines "word number ..."; the first number of the file if the word is empty.
std::optional<std::int64_t> number_in(const char* path, const std::string& word) {
  std::ifstream file(path);
  std::int64_t number = 0;
  if (word.empty()) {
    return file >> number ? std::optional(number) : std::nullopt;  // "max" is no number
  }
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with(word)) {
      return std::stoll(line.substr(word.size()));
    }
  }
  return std::nullopt;
}

}  // namespace

std::int64_t available_memory() {
  constexpr std::int64_t k_kibibyte = 1024;
  std::int64_t available = std::numeric_limits<std::int64_t>::max();
  if (const auto machine = number_in("/proc/meminfo", "MemAvailable:")) {
    available = *machine * k_kibibyte;
  }
  const auto most = number_in("/sys/fs/cgroup/memory.max", "");
  const auto taken = number_in("/sys/fs/cgroup/memory.current", "");
  if (most && taken) {
    // What files hold of it is given back when somebody asks.
    const auto files = number_in("/sys/fs/cgroup/memory.stat", "file ").value_or(0);
    available = std::min(available, std::max<std::int64_t>(0, *most - *taken + files));
  }
  return available;
}

std::string readable_bytes(std::int64_t bytes) {
  constexpr std::int64_t k_kibibyte = 1 << 10;
  constexpr std::int64_t k_mebibyte = 1 << 20;
  if (bytes < 1024 * k_mebibyte) {
    const bool small = bytes < k_mebibyte;
    const std::int64_t unit = small ? k_kibibyte : k_mebibyte;
    return std::to_string((bytes + unit / 2) / unit) + (small ? " KiB" : " MiB");
  }
  constexpr double k_tenths = (1LL << 30) / 10.0;
  const auto tenths = static_cast<std::int64_t>(static_cast<double>(bytes) / k_tenths + 0.5);
  return std::to_string(tenths / 10) + "." + std::to_string(tenths % 10) + " GiB";
}

}  // namespace waterbed
