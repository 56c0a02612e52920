#include "waterbed/scenario/schema.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <yaml-cpp/yaml.h>

#include <cstdlib>
#include <fstream>
#include <iterator>

namespace waterbed {
namespace {

TEST(ScenarioReference, IsCurrent) {
  const std::string path = "docs/scenario_reference.md";
  const char* update = std::getenv("WATERBED_UPDATE_GOLDEN");
  if (update != nullptr && *update != '\0') {
    std::ofstream(path, std::ios::binary) << scenario_reference();
  }
  std::ifstream stream(path, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
  EXPECT_TRUE(text == scenario_reference()) << "rewrite " << path << " with WATERBED_UPDATE_GOLDEN=1";
}

TEST(ScenarioSchema, SaysWhatTheReaderChecks) {
  // JSON is YAML, so the reader of one reads the other.
  const YAML::Node schema = YAML::Load(json_schema());
  EXPECT_EQ(schema["$schema"].as<std::string>(), "https://json-schema.org/draft/2020-12/schema");
  EXPECT_FALSE(schema["additionalProperties"].as<bool>());
  const auto required = schema["required"].as<std::vector<std::string>>();
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

}  // namespace
}  // namespace waterbed
