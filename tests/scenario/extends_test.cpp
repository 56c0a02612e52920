// Contracts that start from another one: what they inherit, and where their faults stand.

#include "waterbed/scenario/load.hpp"
#include "waterbed/scenario/write.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

namespace waterbed {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::UnorderedElementsAre;

class Extends : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = fs::temp_directory_path() / ("waterbed_extends_" + std::to_string(::getpid()));
    fs::create_directories(folder_ / "deep" / "deeper");
  }
  void TearDown() override { fs::remove_all(folder_); }

  void write(const std::string& name, const std::string& text) const {
    std::ofstream(folder_ / name, std::ios::binary) << text;
  }
  [[nodiscard]] Contract load(const std::string& name) const { return load_contract(folder_ / name); }

  /// Faults as "file:line:col: field: rule, got", the file below the folder.
  [[nodiscard]] std::vector<std::string> faults(const std::string& name) const {
    std::vector<std::string> lines;
    try {
      (void)load(name);
    } catch (const ScenarioError& error) {
      for (const Problem& problem : error.problems()) {
        const std::string message = problem.message();
        const std::string opening = folder_.generic_string() + "/";
        lines.push_back(message.starts_with(opening) ? message.substr(opening.size()) : message);
      }
    }
    return lines;
  }

 private:
  fs::path folder_;
};

const std::string k_base = R"yaml(holders: [group]
currency: USD
quality: B
terms:
  reference: {steps: [given: {}]}
  gate: {up: 0.02, down: 0.01, mode: excess}
  layers:
    up:
      - {edge: 0.1, share: 0.5}
      - {share: 0.25}
  limit: {up: {of_reference: 0.1}}
)yaml";

TEST_F(Extends, ReplacesWholeTermsAndKeys) {
  write("base.yaml", k_base);
  write("child.yaml", "extends: base.yaml\ncurrency: EUR\nterms:\n  gate: {up: 0.03}\n  limit: null\n");
  write("whole.yaml", R"yaml(holders: [group]
currency: EUR
quality: B
terms:
  reference: {steps: [given: {}]}
  gate: {up: 0.03}
  layers: {up: [{edge: 0.1, share: 0.5}, {share: 0.25}]}
)yaml");
  const Contract child = load("child.yaml");
  EXPECT_EQ(child.name, "child");
  EXPECT_EQ(find_term<Limit>(child), nullptr);
  EXPECT_EQ(std::get<Rate>(find_term<Gate>(child)->down), Rate{});  // not the parent's 1 %
  EXPECT_EQ(write_contract(child), write_contract(load("whole.yaml")));
}

TEST_F(Extends, WhatIsWrittenComesBackWithoutIt) {
  write("base.yaml", k_base);
  write("child.yaml", "extends: base.yaml\nterms:\n  limit: {up: {of_reference: 0.2}}\n");
  const std::string written = write_contract(load("child.yaml"));
  EXPECT_THAT(written, testing::Not(testing::HasSubstr("extends")));
  EXPECT_EQ(write_contract(parse_contract(written, "child", "")), written);
}

TEST_F(Extends, LooksBesideTheFileThatSaysIt) {
  write("child.yaml", "extends: deep/middle.yaml\nterms: {gate: {up: 0.03}}\n");
  write("deep/middle.yaml", "extends: deeper/base.yaml\nterms: {limit: {up: {of_reference: 0.2}}}\n");
  write("deep/deeper/base.yaml", k_base);
  const Contract child = load("child.yaml");
  EXPECT_EQ(std::get<Rate>(find_term<Gate>(child)->up), Rate::from_double(0.03));
  EXPECT_EQ(share_in(find_term<Limit>(child)->up[0], 0), Rate::from_double(0.2));
  EXPECT_EQ(child.currency, "USD");
}

TEST_F(Extends, TextsLookInTheFolderGiven) {
  write("base.yaml", k_base);
  const fs::path folder = fs::temp_directory_path() / ("waterbed_extends_" + std::to_string(::getpid()));
  EXPECT_EQ(parse_contract("extends: base.yaml\n", "made", folder).currency, "USD");
}

TEST_F(Extends, FaultsStandInTheFileThatHoldsThem) {
  write("base.yaml", R"yaml(terms:
  reference: {steps: [given: {}]}
  gate: {up: 0.02, down: 1.5}
  layers:
    up:
      - {edge: 0.1, share: "0.5 * quality"}
      - {share: 0.25}
  limit: {up: {of_reference: 0.1, of_spend: 1}}
)yaml");
  write("child.yaml", R"yaml(extends: base.yaml
terms:
  adjust:
    sequestration: 2
    pay_month: 0
)yaml");
  EXPECT_THAT(faults("child.yaml"),
              UnorderedElementsAre("base.yaml:3:26: terms.gate.down: must be in [0, 1], got 1.5",
                                   "base.yaml:8:35: terms.limit.up.of_spend: is not a known key",
                                   "base.yaml:6:35: terms.layers.up[0].share: can use q, year, assigned and the "
                                   "measures of quality: 0.5 * quality, got quality",
                                   "child.yaml:4:20: terms.adjust.sequestration: must be in [0, 1], got 2",
                                   "child.yaml:5:16: terms.adjust.pay_month: must be in [12, 240] (months), got 0"));
}

// The parent's term has fields that the child's does not: no fault of the child may point at them.
TEST_F(Extends, FaultsOfAReplacedTermStandInTheChild) {
  write("base.yaml", k_base + "  split: {waterfall: [{party: investor, up_to: 300000}, {party: provider}]}\n");
  write("child.yaml", R"yaml(extends: base.yaml
terms:
  split:
    waterfall:
      - {party: investor}
      - {party: provider}
)yaml");
  EXPECT_THAT(faults("child.yaml"),
              ElementsAre("child.yaml:5:9: terms.split.waterfall[0].up_to: the last step, and only that, is open: it "
                          "takes what is left, got open"));
}

TEST_F(Extends, CirclesAndMissingFilesAreFaults) {
  write("a.yaml", "extends: b.yaml\n");
  write("b.yaml", "# a comment\nextends: deep/c.yaml\n");
  write("deep/c.yaml", "extends: ../a.yaml\n");
  EXPECT_THAT(faults("a.yaml"), ElementsAre("deep/c.yaml:1:10: extends: contracts must not extend one another in a "
                                            "circle, got ../a.yaml"));
  write("self.yaml", "extends: self.yaml\n");
  EXPECT_THAT(faults("self.yaml"), ElementsAre("self.yaml:1:10: extends: contracts must not extend one another in a "
                                               "circle, got self.yaml"));
  write("deep/d.yaml", "extends: absent.yaml\n");
  EXPECT_THAT(faults("deep/d.yaml"),
              ElementsAre("deep/d.yaml:1:10: extends: must name a file that exists, got absent.yaml"));
  write("e.yaml", "extends: ../base.yaml\n");
  EXPECT_THAT(faults("e.yaml"),
              ElementsAre("e.yaml:1:10: extends: must name a file in the opened file's folder or below, got "
                          "../base.yaml"));
}

TEST_F(Extends, AnEmptyOrBrokenFileIsTheOnlyFault) {
  write("child.yaml", "extends: base.yaml\nterms: {gate: {up: 2}}\n");
  write("base.yaml", "# nothing\n");
  EXPECT_THAT(faults("child.yaml"), ElementsAre("base.yaml:1:1: must hold a YAML map, got an empty file"));
  EXPECT_THAT(faults("base.yaml"), ElementsAre("base.yaml:1:1: must hold a YAML map, got an empty file"));
  write("base.yaml", "- lump\n");
  EXPECT_THAT(faults("child.yaml"), ElementsAre("base.yaml:1:1: must be a map of keys, got a list"));
}

TEST_F(Extends, NamesAFile) {
  write("a.yaml", "extends: base\n");
  EXPECT_THAT(faults("a.yaml"), ElementsAre("a.yaml:1:10: extends: must be the name of a .yaml file, got base"));
  write("b.yaml", "extends: [base.yaml]\n");
  EXPECT_THAT(faults("b.yaml"),
              ElementsAre("b.yaml:1:10: extends: must be the name of a contract or of a file, got a list"));
  write("c.yaml", "extends:\nterms: {}\n");
  EXPECT_THAT(faults("c.yaml"),
              ElementsAre("c.yaml:1:1: extends: must be the name of a contract or of a file, got nothing"));
}

TEST_F(Extends, OnlyWhatIsThereCanBeTakenOut) {
  write("base.yaml", k_base);
  write("child.yaml", "extends: base.yaml\nterms:\n  limits: null\n  reinsure: null\n");
  EXPECT_THAT(faults("child.yaml"),
              ElementsAre("child.yaml:3:3: terms.limits: must be a term of the contract that is extended, to be taken "
                          "out, got limits (did you mean limit?)",
                          "child.yaml:4:3: terms.reinsure: must be a term of the contract that is extended, to be "
                          "taken out, got reinsure"));
}

}  // namespace
}  // namespace waterbed
