// Contracts and facts that cannot be settled: what is told of each, to the letter, as the command prints it.

#include "waterbed/scenario/load.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <string>
#include <vector>

namespace waterbed {
namespace {

namespace fs = std::filesystem;

const std::string k_folder = "scenarios/invalid/contracts/";
constexpr const char* k_contract = "contract.yaml";  // that facts beside it do not settle

std::string text_of(const std::string& path) {
  std::ifstream stream(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
}

std::string told_by(const std::function<void()>& load) {
  std::string told;
  try {
    load();
  } catch (const ScenarioError& error) {
    for (const Problem& problem : error.problems()) {
      told += problem.message() + "\n" + (problem.within_value ? problem.excerpt() + "\n" : "");
    }
  }
  return told;
}

/// Names below the folder, without ending: of files straight in it, or of facts in folders of their own.
std::vector<std::string> names_in(const std::string& folder) {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(k_folder + folder)) {
    if (entry.path().extension() == ".yaml" && entry.path().filename() != k_contract) {
      names.push_back(folder + entry.path().stem().string());
    }
  }
  std::sort(names.begin(), names.end());
  return names;
}

std::string test_name(const testing::TestParamInfo<std::string>& test) {
  std::string name = test.param;
  std::replace(name.begin(), name.end(), '/', '_');
  return name;
}

class InvalidContract : public testing::TestWithParam<std::string> {};

TEST_P(InvalidContract, TellsAllItsFaultsAtTheirPlaces) {
  const std::string stem = k_folder + GetParam();
  const std::string told = told_by([&] { (void)load_contract(stem + ".yaml"); });
  EXPECT_EQ(told, text_of(stem + ".expected.txt"));
  EXPECT_FALSE(told.empty());
}

INSTANTIATE_TEST_SUITE_P(Files, InvalidContract, testing::ValuesIn(names_in("")), test_name);

class InvalidFacts : public testing::TestWithParam<std::string> {};

TEST_P(InvalidFacts, TellsAllTheirFaultsAtTheirPlaces) {
  const std::string stem = k_folder + GetParam();
  const Contract contract = load_contract(fs::path(stem).parent_path() / k_contract);
  const std::string told = told_by([&] { (void)load_facts(stem + ".yaml", contract); });
  EXPECT_EQ(told, text_of(stem + ".expected.txt"));
  EXPECT_FALSE(told.empty());
}

INSTANTIATE_TEST_SUITE_P(OfSharedSavings, InvalidFacts, testing::ValuesIn(names_in("facts/shared_savings/")),
                         test_name);
INSTANTIATE_TEST_SUITE_P(OfBasePayments, InvalidFacts, testing::ValuesIn(names_in("facts/base_payments/")), test_name);

}  // namespace
}  // namespace waterbed
