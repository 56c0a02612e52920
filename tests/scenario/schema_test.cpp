#include "waterbed/scenario/schema.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

namespace waterbed {
namespace {

const std::vector<std::string> k_kinds = {"scenario", "contract", "facts"};  // in the order of FileKind

class FileReference : public testing::TestWithParam<std::string> {};

TEST_P(FileReference, IsCurrent) {
  const std::string path = "docs/" + GetParam() + "_reference.md";
  const auto kind = std::find(k_kinds.begin(), k_kinds.end(), GetParam()) - k_kinds.begin();
  const std::string made = file_reference(static_cast<FileKind>(kind));
  const char* update = std::getenv("WATERBED_UPDATE_GOLDEN");
  if (update != nullptr && *update != '\0') {
    std::ofstream(path, std::ios::binary) << made;
  }
  std::ifstream stream(path, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
  EXPECT_TRUE(text == made) << "rewrite " << path << " with WATERBED_UPDATE_GOLDEN=1";
}

INSTANTIATE_TEST_SUITE_P(Pages, FileReference, testing::ValuesIn(k_kinds), [](const auto& test) { return test.param; });

TEST(ScenarioSchema, SaysWhatTheReaderChecks) {
  // JSON is YAML, so the reader of one reads the other.
  const YAML::Node schema = YAML::Load(json_schema());
  EXPECT_EQ(schema["$schema"].as<std::string>(), "https://json-schema.org/draft/2020-12/schema");
  EXPECT_FALSE(schema["additionalProperties"].as<bool>());
  const auto required = schema["anyOf"][1]["required"].as<std::vector<std::string>>();
  EXPECT_EQ(schema["anyOf"][0]["required"][0].as<std::string>(), "extends");
  EXPECT_THAT(required, testing::ElementsAre("waterbed", "name", "population", "arms", "baseline"));
  const YAML::Node kind = schema["properties"]["kinds"]["additionalProperties"];
  EXPECT_EQ(kind["properties"]["list_price"]["minimum"].as<double>(), 0.0);
  EXPECT_EQ(kind["properties"]["utilisation"]["exclusiveMinimum"].as<double>(), 0.0);
  EXPECT_EQ(kind["properties"]["utilisation"]["default"].as<double>(), 0.95);
  EXPECT_THAT(kind["properties"]["list_price"]["description"].as<std::string>(), testing::HasSubstr("EUR per unit"));
  EXPECT_EQ(kind["properties"]["capacity_unit"]["enum"].size(), 3U);
  const YAML::Node contract = schema["properties"]["contracts"]["additionalProperties"]["anyOf"][1];
  EXPECT_EQ(contract["properties"]["terms"]["properties"].size(), 17U);
  EXPECT_TRUE(contract["properties"]["extends"].IsDefined());
  EXPECT_EQ(contract["properties"]["terms"]["properties"]["gate"]["properties"]["up"]["anyOf"].size(), 3U);
}

TEST(FactsSchema, KnowsEveryFactThatIsANumber) {
  const YAML::Node schema = YAML::Load(json_schema(FileKind::facts));
  EXPECT_EQ(schema["title"].as<std::string>(), "Waterbed facts");
  EXPECT_EQ(schema["properties"]["quality_score"]["maximum"].as<double>(), 1.0);
  EXPECT_FALSE(schema["required"].IsDefined());
}

}  // namespace
}  // namespace waterbed
