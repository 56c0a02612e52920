#pragma once

#include <cstdint>
#include <string>

namespace waterbed {

/// Bytes that this process may still take: what Linux calls available, or less where a control group (a container)
/// allows less. The largest number where neither can be read.
[[nodiscard]] std::int64_t available_memory();

/// "1.5 GiB", "200 MiB", "12 KiB".
[[nodiscard]] std::string readable_bytes(std::int64_t bytes);

}  // namespace waterbed
