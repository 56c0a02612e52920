#pragma once

#include <cstdint>
#include <string>

namespace waterbed {

/// What a file that people write may hold.
enum class FileKind : std::uint8_t { scenario, contract, facts };

/// JSON Schema (draft 2020-12) of such a file, for editors.
[[nodiscard]] std::string json_schema(FileKind kind = FileKind::scenario);

/// The text of docs/scenario_reference.md, docs/contract_reference.md or docs/facts_reference.md: every key with its
/// meaning, unit, range and default.
[[nodiscard]] std::string file_reference(FileKind kind);

}  // namespace waterbed
