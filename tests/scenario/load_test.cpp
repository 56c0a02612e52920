#include "waterbed/scenario/load.hpp"

#include "waterbed/contracts/settlement.hpp"
#include "waterbed/core/error.hpp"
#include "waterbed/scenario/compile.hpp"
#include "waterbed/scenario/parameters.hpp"
#include "waterbed/scenario/who.hpp"
#include "waterbed/scenario/write.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <random>
#include <regex>

namespace waterbed {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;

std::string text_of(const fs::path& path) {
  std::ifstream stream(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
}

std::vector<std::string> messages(const ScenarioError& error) {
  std::vector<std::string> lines;
  for (const Problem& problem : error.problems()) {
    lines.push_back(problem.message());
  }
  return lines;
}

std::vector<std::string> faults_of(const std::string& text) {
  try {
    (void)parse_scenario(text, "scenarios");
  } catch (const ScenarioError& error) {
    return messages(error);
  }
  return {};
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const std::size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

class InvalidScenario : public testing::TestWithParam<std::string> {};

TEST_P(InvalidScenario, TellsAllItsFaultsAtTheirPlaces) {
  const std::string stem = "scenarios/invalid/" + GetParam();
  std::string told;
  try {
    (void)compile(load_scenario(stem + ".yaml"));  // some faults show when everything is put together
  } catch (const ScenarioError& error) {
    for (const std::string& line : messages(error)) {
      told += line + "\n";
    }
  }
  // What the machine has is not the same everywhere.
  told = std::regex_replace(told, std::regex("memory, which has [0-9]+ GiB"), "memory, which has * GiB");
  EXPECT_EQ(told, text_of(stem + ".expected.txt"));
  EXPECT_FALSE(told.empty());
}

std::vector<std::string> invalid_names() {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator("scenarios/invalid")) {
    if (entry.path().extension() == ".yaml") {
      names.push_back(entry.path().stem().string());
    }
  }
  std::sort(names.begin(), names.end());
  return names;
}

INSTANTIATE_TEST_SUITE_P(Files, InvalidScenario, testing::ValuesIn(invalid_names()),
                         [](const auto& test) { return test.param; });

TEST(LoadScenario, ExtendsAnotherOneBySections) {
  const Scenario base = load_scenario("scenarios/two_clinics.yaml");
  const Scenario made = parse_scenario(
      "waterbed: 1\nextends: two_clinics.yaml\nname: smaller\ntime: {years: 4}\nevidence: null\n", "scenarios");
  EXPECT_EQ(made.name, "smaller");
  EXPECT_EQ(made.title, base.title);
  EXPECT_EQ(made.time.years, 4);
  // The whole section is replaced: what it leaves out is the default again.
  EXPECT_EQ(made.time.base_years, TimeSpec{}.base_years);
  EXPECT_NE(made.time.base_years, base.time.base_years);
  EXPECT_FALSE(base.evidence.empty());
  EXPECT_TRUE(made.evidence.empty());
  EXPECT_EQ(made.needs.size(), base.needs.size());
  EXPECT_EQ(write_scenario(parse_scenario(write_scenario(made), "scenarios")), write_scenario(made));
}

/// The same numbers, by path: a text lists them in another order, and draws go by path.
void same_uncertainty(const Scenario& one, const Scenario& other) {
  const auto sorted = [](const Scenario& scenario) {
    std::map<std::string, const UncertainNumber*> found;
    for (const UncertainNumber& number : scenario.uncertainty.numbers) {
      found.emplace(number.path, &number);
    }
    return found;
  };
  const auto ours = sorted(one);
  const auto theirs = sorted(other);
  ASSERT_EQ(ours.size(), theirs.size()) << one.name;
  for (const auto& [path, number] : ours) {
    ASSERT_TRUE(theirs.contains(path)) << path;
    const UncertainNumber& twin = *theirs.at(path);
    EXPECT_EQ(number->fields, twin.fields) << path;
    EXPECT_EQ(number->written, twin.written) << path;
    EXPECT_EQ(number->mean, twin.mean) << path;
    EXPECT_EQ(number->whole, twin.whole) << path;
    for (const double p : {0.001, 0.3, 0.999}) {
      EXPECT_EQ(parameter_quantile(*number, p), parameter_quantile(twin, p)) << path;
    }
  }
  ASSERT_EQ(one.uncertainty.shares.size(), other.uncertainty.shares.size());
  for (std::size_t i = 0; i < one.uncertainty.shares.size(); ++i) {
    EXPECT_EQ(one.uncertainty.shares[i].numbers, other.uncertainty.shares[i].numbers);
    EXPECT_EQ(one.uncertainty.shares[i].concentration, other.uncertainty.shares[i].concentration);
  }
  ASSERT_EQ(one.uncertainty.correlations.size(), other.uncertainty.correlations.size());
  for (std::size_t i = 0; i < one.uncertainty.correlations.size(); ++i) {
    EXPECT_EQ(one.uncertainty.correlations[i].numbers, other.uncertainty.correlations[i].numbers);
    EXPECT_EQ(one.uncertainty.correlations[i].rank, other.uncertainty.correlations[i].rank);
    EXPECT_EQ(one.uncertainty.correlations[i].normal, other.uncertainty.correlations[i].normal);
  }
}

TEST(LoadScenario, HasAFileForEveryKindOfFault) { EXPECT_GE(invalid_names().size(), 30U); }

TEST(LoadScenario, ReadsTheSmallRegionWhole) {
  const Scenario s = load_scenario("scenarios/two_clinics.yaml");
  EXPECT_EQ(s.path, "scenarios/two_clinics.yaml");
  EXPECT_EQ(s.time.base_years, 2);
  std::int64_t persons = 0;
  for (const PopulationCell& cell : s.population.cells) {
    persons += cell.persons;
  }
  EXPECT_EQ(persons, 20000);
  ASSERT_EQ(s.conditions.size(), 1U);
  EXPECT_EQ(s.conditions[0].stages[0].name, "none");
  EXPECT_EQ(s.conditions[0].stages[2].needs[1].on_entry, 0.1);
  EXPECT_TRUE(s.conditions[0].transitions[0].keeps_prevalence);
  EXPECT_EQ(s.mortality.at(79, Sex::men), 0.022);
  ASSERT_EQ(s.needs[0].name, "skin_complaint");
  const PathwaySpec& first = s.needs[0].pathways[0];
  EXPECT_EQ(first.from_kind, "gp_consult");
  EXPECT_EQ(first.to_kind, "gp_consult");
  EXPECT_EQ(first.to_step, EpisodeStep::follow_up);
  EXPECT_EQ(first.probability, 0.2);
  EXPECT_EQ(first.delay_days, 14);
  EXPECT_EQ(s.needs[0].pathways[1].probability, 0.1);  // a bare number
  ASSERT_EQ(s.needs[0].attached.size(), 2U);
  EXPECT_EQ(s.needs[0].attached[1].at_kind, "dermatology_clinic");
  EXPECT_EQ(s.needs[0].attached[1].per_visit, 0.6);
  EXPECT_EQ(s.kinds[2].capacity_unit, CapacityUnit::visits);
  EXPECT_EQ(s.kinds[1].first, DecisionType::urgent);
  EXPECT_EQ(s.needs[1].group, "injury");  // its own, where none is given
}

TEST(LoadScenario, FillsInPayersAndWhatArmsInherit) {
  const Scenario s = load_scenario("scenarios/two_clinics.yaml");
  EXPECT_THAT(s.contracts[0].payers, ElementsAre("insurer_a", "insurer_b"));
  EXPECT_THAT(s.arms[0].contracts, ElementsAre("gp_capitation", "hospital_ceiling", "hospital_outside", "medicines"));
  EXPECT_THAT(s.arms[1].contracts,
              ElementsAre("gp_capitation", "hospital_ceiling_squeezed", "hospital_outside", "medicines"));
  EXPECT_THAT(s.arms[2].contracts,
              ElementsAre("gp_capitation", "hospital_ceiling", "hospital_outside", "medicines", "gp_shared_savings"));
  EXPECT_EQ(s.reference, "usual");
}

TEST(LoadScenario, ExtendsAContractTermByTerm) {
  const Scenario s = load_scenario("scenarios/two_clinics.yaml");
  const Contract& squeezed = s.contracts[2].terms;
  EXPECT_EQ(squeezed.name, "hospital_ceiling_squeezed");
  ASSERT_NE(find_term<Bundle>(squeezed), nullptr);
  EXPECT_EQ(find_term<Bundle>(squeezed)->window_days, 120);
  EXPECT_EQ(find_term<Ceiling>(squeezed)->of_expected_turnover, Rate::from_double(0.969));
  EXPECT_THAT(s.contracts[2].holders, ElementsAre("hospital_in"));
}

TEST(LoadScenario, ReadsTheTextbookModelWithoutCare) {
  const Scenario s = load_scenario("scenarios/sick_sicker.yaml");
  EXPECT_EQ(s.time.cycle, CycleLength::year);
  EXPECT_EQ(s.time.years, 60);
  EXPECT_TRUE(s.discounting.reward_at_start);
  EXPECT_TRUE(s.needs.empty());
  const auto& t = s.conditions[0].transitions;
  // The formula in doubles is off by a few units of 1 in the last place; the file is not.
  EXPECT_NEAR(t[4].probability_per_cycle, 1.0 - std::exp(3.0 * std::log(1.0 - 0.005)), 4e-16);
  EXPECT_NEAR(t[5].probability_per_cycle, 1.0 - std::exp(10.0 * std::log(1.0 - 0.005)), 4e-16);
  EXPECT_EQ(s.conditions[0].stages[1].utility, 0.75);
  EXPECT_EQ(s.conditions[0].stages[2].cost_per_cycle, 15000);
}

TEST(LoadScenario, ComesBackFromItsOwnText) {
  int found = 0;
  for (const auto& entry : fs::directory_iterator("scenarios")) {
    if (entry.path().extension() != ".yaml") {
      continue;
    }
    const Scenario scenario = load_scenario(entry.path());
    const std::string text = write_scenario(scenario);
    const Scenario back = parse_scenario(text, "nowhere");
    EXPECT_EQ(write_scenario(back), text) << entry.path();
    EXPECT_GT(text.size(), 2000U);
    same_uncertainty(scenario, back);
    ++found;
  }
  EXPECT_GE(found, 7);
}

TEST(LoadScenario, ComesBackWithEveryWayToWriteWhatIsUncertain) {
  const std::string small = text_of("scenarios/two_clinics.yaml");
  const std::string text = replaced(
      replaced(replaced(replaced(replaced(small, "mortality:\n",
                                          "mortality:\n scale: {log_normal: {median: 1.1, sd_log: 0.1}}\n table:\n"),
                                 "persons: 1200", "persons: {uniform: {low: 1000, high: 1400}}"),
                        "ward: 0.01", "ward: {beta: {alpha: 2, beta: 198}}"),
               "of_expected_turnover: 1.02", "of_expected_turnover: {normal: {mean: 1.02, sd: 0.01}}"),
      "enters: {gp_consult: 0.5, emergency_department: 0.45}",
      "enters: {dirichlet: {counts: {gp_consult: 10, emergency_department: 9}}}");
  const Scenario scenario = parse_scenario(text, "scenarios");
  const Scenario back = parse_scenario(write_scenario(scenario), "nowhere");
  EXPECT_EQ(write_scenario(back), write_scenario(scenario));
  same_uncertainty(scenario, back);
  for (const std::uint32_t set : {0U, 7U}) {
    const std::vector<double> drawn = draw_parameters(scenario, 5, set);
    EXPECT_EQ(write_scenario(with_parameters(back, draw_parameters(back, 5, set))),
              write_scenario(with_parameters(scenario, drawn)));
  }
}

TEST(LoadScenario, KeepsOneNumberOneInSeveralPlaces) {
  const std::string text =
      replaced(replaced(text_of("scenarios/two_clinics.yaml"), "uncertainty:\n",
                        "uncertainty:\n  same: [{numbers: [behaviour.omega_refer, behaviour.omega_where]}]\n"),
               "behaviour:\n", "behaviour:\n  omega_refer: {gamma: {mean: 0.2, sd: 0.05}}\n  omega_where: 0.2\n");
  const Scenario scenario = parse_scenario(text, "scenarios");
  const Scenario drawn = with_parameters(scenario, draw_parameters(scenario, 1, 0));
  EXPECT_NE(drawn.behaviour.omega_refer, 0.2);
  EXPECT_EQ(drawn.behaviour.omega_refer, drawn.behaviour.omega_where);
  const Scenario back = parse_scenario(write_scenario(scenario), "nowhere");
  same_uncertainty(scenario, back);
}

TEST(LoadScenario, KeepsOddTextsOnTheWayThere) {
  Scenario s = load_scenario("scenarios/sick_sicker.yaml");
  s.title = "- \"quoted\": {a} # b\n\té \\ 'c'";
  s.description = "null";
  const Scenario back = parse_scenario(write_scenario(s), "nowhere");
  EXPECT_EQ(back.title, s.title);
  EXPECT_EQ(back.description, s.description);
}

TEST(ParseScenario, NamesTheTextAndCountsCharacters) {
  const std::string text = replaced(text_of("scenarios/sick_sicker.yaml"), "title: Cohort", "title: \"é\", titel: x");
  EXPECT_THAT(faults_of(text), ElementsAre("<scenario>:11:41: population.municipalities.cohort.titel: "
                                           "is not a known key"));
}

TEST(ParseScenario, TakesOnlyPlainDecimals) {
  const std::string text = text_of("scenarios/sick_sicker.yaml");
  for (const char* bad : {"0x10", "1_000", "+5", ".5", "5.", "1e", "nan", "-.inf", "1,5", "'5'", "~", "[1]", "1e999"}) {
    const std::string changed = replaced(text, "cost_per_cycle: 4000", std::string("cost_per_cycle: ") + bad);
    EXPECT_EQ(faults_of(changed).size(), 1U) << bad;
  }
  for (const char* good : {"0", "4e3", "4000.5", "1E+2", "-0"}) {
    const std::string changed = replaced(text, "cost_per_cycle: 4000", std::string("cost_per_cycle: ") + good);
    EXPECT_TRUE(faults_of(changed).empty()) << good;
  }
}

TEST(ParseScenario, RefusesEmptyTextsListsAndSecondDocuments) {
  EXPECT_THAT(faults_of(""), ElementsAre(HasSubstr("must hold a YAML map")));
  EXPECT_THAT(faults_of("- a"), ElementsAre("<scenario>:1:1: must be a map of keys, got a list"));
  const std::string text = text_of("scenarios/sick_sicker.yaml");
  EXPECT_THAT(faults_of(text + "---\nname: b\n"), ElementsAre(HasSubstr("a second one starts here")));
}

TEST(ParseScenario, SurvivesTornFiles) {
  // Whatever a file holds, the answer is a scenario or a list of faults.
  const std::string text = text_of("scenarios/two_clinics.yaml");
  std::mt19937 random(42);  // the same torn files every time
  int refused = 0;
  for (int i = 0; i < 300; ++i) {
    std::string torn = text;
    for (int j = 0; j < 1 + i % 4; ++j) {
      const std::size_t at = random() % torn.size();
      switch (random() % 3) {
        case 0:
          torn[at] = static_cast<char>(random() % 256);
          break;
        case 1:
          torn.erase(at, 1 + random() % 40);
          break;
        default:
          torn.insert(at, torn.substr(random() % torn.size(), random() % 60));
      }
    }
    try {
      (void)parse_scenario(torn, "scenarios");
    } catch (const ScenarioError& error) {
      ++refused;
      EXPECT_FALSE(error.problems().empty());
    }
  }
  EXPECT_GT(refused, 200);
}

class Folder : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = fs::temp_directory_path() / ("waterbed_load_" + std::to_string(::getpid()));
    fs::create_directories(folder_ / "region");
  }
  void TearDown() override { fs::remove_all(folder_); }
  void write(const std::string& name, const std::string& text) const { std::ofstream(folder_ / name) << text; }
  fs::path folder_;
};

TEST_F(Folder, FollowsNoLinkOutOfTheScenariosFolder) {
  write("secret.csv", "sex,age_low,age_high,value\nwomen,0,120,0.1\nmen,0,120,0.1\n");
  fs::create_symlink(folder_ / "secret.csv", folder_ / "region" / "link.csv");
  write("region/s.yaml", text_of("scenarios/sick_sicker.yaml") + "mortality: link.csv\n");
  try {
    (void)load_scenario(folder_ / "region" / "s.yaml");
    FAIL() << "the link was followed";
  } catch (const ScenarioError& error) {
    ASSERT_EQ(error.problems().size(), 1U);
    EXPECT_EQ(error.problems()[0].rule, "must name a file in the opened file's folder or below");
  }
}

TEST_F(Folder, CutsSexesWithBandsOfTheirOwn) {
  write("region/m.csv",
        "# source, with a comma\r\nage_low,age_high,sex,value\r\n0,64,women,0.01\r\n65,120,women,0.05\r\n"
        "0,49,men,\"0.02\"\r\n");
  write("region/s.yaml", text_of("scenarios/sick_sicker.yaml") + "mortality: m.csv\n");
  try {
    (void)load_scenario(folder_ / "region" / "s.yaml");
    FAIL();
  } catch (const ScenarioError& error) {  // a quoted cell is text, and nothing more is said of the rows
    ASSERT_EQ(error.problems().size(), 1U);
    EXPECT_EQ(error.problems()[0].line, 5);
    EXPECT_EQ(error.problems()[0].column, 10);
  }
  write("region/m.csv",
        "age_low,age_high,sex,value\n0,64,women,0.01\n65,120,women,0.05\n0,49,men,0.02\n50,120,men,0.06\n");
  const Scenario s = load_scenario(folder_ / "region" / "s.yaml");
  ASSERT_EQ(s.mortality.bands.size(), 3U);
  EXPECT_EQ(s.mortality.at(49, Sex::men), 0.02);
  EXPECT_EQ(s.mortality.at(50, Sex::men), 0.06);
  EXPECT_EQ(s.mortality.at(50, Sex::women), 0.01);
  EXPECT_EQ(s.mortality.at(65, Sex::women), 0.05);
}

TEST_F(Folder, SettlesAContractAndFactsFromFiles) {
  // A hospital of 4,200 products at 2,850 under a ceiling of 11.4 million.
  write("ceiling.yaml",
        "precedence: 1\nterms:\n  fee: {prices: {hospital: 2850}}\n  ceiling: {amount: 11400000, share_above: 0.7}\n");
  write("facts.yaml", "units: {hospital: 4200}\n");
  const Contract contract = load_contract(folder_ / "ceiling.yaml");
  EXPECT_EQ(contract.name, "ceiling");
  EXPECT_EQ(settle(contract, load_facts(folder_ / "facts.yaml")).total(), Money::from_euro(11'799'000));
}

TEST_F(Folder, ReadsEveryTermAndFact) {
  write("all.yaml", R"(payers: insurer
holders: [group]
source: made up
quality: B
terms:
  scope: {who: {all: [{age: [18, 120]}, {not: {sex: men}}]}, price: list, min_people: 5000}
  truncate: {person: 22500}
  reference: {steps: [{history: {years: 2, weights: [0.4, 0.6]}}, {trend: {factor: 1.02}}]}
  gate: {up: mssp_size_table, down: 0.02, below_share: 0.5, below_if: low_revenue}
  layers:
    up: [{edge: 0.05, share: 0.5}, {share: {constant: 0.35, if_failed: 0}}]
    down: [{share: 0.3}]
  quality: {met: 1, alternative: score, failed: 0}
  limit: {up: {of_reference: 0.1}, down: {of_reference: 0.04, of_revenue: 0.08}}
  adjust: {sequestration: 0.02}
  split: {group: 2, hospital: 1}
)");
  const Contract c = load_contract(folder_ / "all.yaml");
  EXPECT_EQ(c.payer, "insurer");
  EXPECT_EQ(c.holder, "group");
  EXPECT_EQ(c.quality, 'B');
  const Who who = parse_who(find_term<Scope>(c)->who);
  ASSERT_EQ(who.children.size(), 2U);
  EXPECT_EQ(who.children[0].high, 120);
  EXPECT_EQ(who.children[1].kind, Who::Kind::none_of);
  EXPECT_EQ(std::get<SizeTable>(find_term<Gate>(c)->up).rows.size(), mssp_size_table().rows.size());
  EXPECT_EQ(std::get<Rate>(find_term<Gate>(c)->down), Rate::from_double(0.02));
  const Layers& layers = *find_term<Layers>(c);
  EXPECT_EQ(layers.up[0].share.constant, Rate::from_double(0.5));
  EXPECT_FALSE(layers.up[1].edge.has_value());
  EXPECT_EQ(layers.up[1].share.if_failed, Rate{});
  EXPECT_TRUE(find_term<Quality>(c)->alternative.score);
  ASSERT_EQ(find_term<Limit>(c)->down.size(), 2U);
  EXPECT_EQ(find_term<Limit>(c)->down[1].base, LimitBase::revenue);
  ASSERT_EQ(find_term<Split>(c)->parts.size(), 2U);
  EXPECT_EQ(find_term<Split>(c)->parts[0].party, "group");

  write("facts.yaml", R"(performance_year: 1
person_time: {cycles: 120000, per_year: 12}
assigned: 9000
base_years: [{person_time: 9800, counted: {total: 1000000.5}}, {person_time: 9900, counted: {groups: [{people: 2, each: 5}]}}]
counted: {persons: [10, 30000.25]}
own_revenue: 400000
quality_score: 0.8
quality_standard: alternative
low_revenue: true
membership: {adults: 40}
)");
  const Facts f = load_facts(folder_ / "facts.yaml");
  EXPECT_EQ(f.person_time->per_year, 12);
  EXPECT_EQ(f.assigned, 9000);
  EXPECT_EQ(f.base_years[0].person_time.cycles, 9800);
  EXPECT_EQ(f.base_years[0].person_time.per_year, 1);
  EXPECT_EQ(f.base_years[0].counted.total, Money::from_euro(1000000.5));
  ASSERT_EQ(f.counted.groups.size(), 2U);
  EXPECT_EQ(f.counted.groups[1].each, Money::from_euro(30000.25));
  EXPECT_EQ(f.quality_standard, QualityStandard::alternative);
  EXPECT_EQ(f.low_revenue, true);
  EXPECT_EQ(f.membership[0].time.cycles, 40);
  EXPECT_FALSE(f.fee_income.has_value());
}

TEST_F(Folder, TellsFaultsOfAContractOfItsOwn) {
  write("bad.yaml", "terms:\n  lump: {amount: -1}\n  gate: {up: -0.02}\n  limt: {}\n");
  try {
    (void)load_contract(folder_ / "bad.yaml");
    FAIL();
  } catch (const ScenarioError& error) {
    std::vector<std::string> fields;
    for (const Problem& problem : error.problems()) {
      fields.push_back(std::to_string(problem.line) + " " + problem.field);
    }
    EXPECT_THAT(fields, ElementsAre("2 terms.lump.amount", "3 terms.gate.up", "4 terms.limt"));
    EXPECT_EQ(error.problems().back().hint, "limit");
  }
  EXPECT_THROW((void)load_contract(folder_ / "absent.yaml"), ScenarioError);
  EXPECT_THROW((void)load_scenario(folder_), ScenarioError);
}

TEST(ContractWho, IsEverybodyAFilterOrAStratum) {
  const Scenario s = load_scenario("scenarios/two_clinics.yaml");
  EXPECT_TRUE(contract_who(s, "").children.empty());
  EXPECT_EQ(contract_who(s, "{age: [0, 64]}").high, 64);
  EXPECT_EQ(contract_who(s, "most_deprived").kind, Who::Kind::deprivation);
  EXPECT_THROW((void)contract_who(s, "nobody"), InvalidArgument);
  EXPECT_EQ(who_text(parse_who("{condition: {diabetes: complicated}, sex: women}")),
            "{all: [{condition: {diabetes: [complicated]}}, {sex: [women]}]}");
}

}  // namespace
}  // namespace waterbed
