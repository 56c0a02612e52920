#include "scenario/checker.hpp"
#include "scenario/describe.hpp"
#include "scenario/document.hpp"
#include "scenario/writer.hpp"
#include "waterbed/scenario/load.hpp"
#include "waterbed/scenario/write.hpp"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

namespace waterbed {
namespace {

using detail::Document;

constexpr const char* k_payer = "payer";
constexpr const char* k_holder = "holder";
constexpr const char* k_contract_text = "<contract>";
constexpr const char* k_facts_text = "<facts>";

Contract read_contract(Document& document, std::string name) {
  const detail::Node* whole = document.reader.whole_contract(document.root, name + ".yaml");
  if (whole == nullptr) {
    document.throw_if_any();
    return {};
  }
  ContractSpec spec;
  Uncertainty believed;  // a contract that is settled alone has its means
  document.reader.keep_uncertain_in(believed);
  document.read(*whole, [&] { describe(document.reader, spec); });
  Contract contract = std::move(spec.terms);
  contract.name = std::move(name);
  contract.payer = spec.payers.empty() ? k_payer : spec.payers.front();
  contract.holder = spec.holders.empty() ? k_holder : spec.holders.front();
  if (!document.readable(*whole)) {
    document.throw_if_any();
  }
  const bool lost = detail::lost_a_term(contract, document.reader.faulty(), "terms");
  for (const ContractProblem& problem : validate(contract)) {
    const std::string field = detail::contract_field(contract, problem.field);
    if (!document.reader.touched(field) && !(lost && problem.wants_term)) {
      document.reader.tell(field, problem.rule, problem.got, detail::contract_hint(contract, problem));
    }
  }
  document.throw_if_any();
  return contract;
}

/// Tells what is wrong with facts at its place, with the term that asks for it.
void tell(Document& document, const Contract& contract, const std::vector<FactProblem>& problems) {
  for (const FactProblem& problem : problems) {
    const std::string term = problem.term.empty() ? std::string() : "terms." + problem.term + " of ";
    if (!document.reader.touched(problem.fact)) {
      document.reader.tell(problem.fact, problem.rule + " (" + term + contract.name + ")", problem.got);
    }
  }
}

/// @param contract  if not null, the contract that the facts must settle
Facts read_facts(Document& document, const Contract* contract) {
  Facts facts;
  document.read(document.root, [&] { describe(document.reader, facts); });
  if (contract != nullptr && document.readable(document.root)) {
    tell(document, *contract, check_facts(*contract, facts));
  }
  document.throw_if_any();
  return facts;
}

Payoff read_payoff(Document& document, const Contract& contract) {
  Facts facts;
  Payoff found;
  document.read(document.root, [&] { describe(document.reader, facts); });
  if (document.readable(document.root)) {
    try {
      found = payoff(contract, facts);
    } catch (const FactsError& error) {
      tell(document, contract, error.problems());
    }
  }
  document.throw_if_any();
  return found;
}

// Amounts per person live elsewhere: the text holds them as groups of one.
void keep_persons(CountedSpend& counted) {
  for (const Money each : counted.persons) {
    counted.groups.push_back({1, each});
  }
  counted.persons = {};
}

}  // namespace

Contract load_contract(const std::filesystem::path& path) {
  Document document(detail::text_of(path), path.generic_string(), path.parent_path());
  return read_contract(document, path.stem().string());
}

Contract parse_contract(std::string_view text, const std::string& name, const std::filesystem::path& base_folder) {
  Document document(std::string(text), k_contract_text, base_folder);
  return read_contract(document, name);
}

Facts load_facts(const std::filesystem::path& path) {
  Document document(detail::text_of(path), path.generic_string(), path.parent_path());
  return read_facts(document, nullptr);
}

Facts load_facts(const std::filesystem::path& path, const Contract& contract) {
  Document document(detail::text_of(path), path.generic_string(), path.parent_path());
  return read_facts(document, &contract);
}

Facts parse_facts(std::string_view text) {
  Document document(std::string(text), k_facts_text, "");
  return read_facts(document, nullptr);
}

Facts parse_facts(std::string_view text, const Contract& contract) {
  Document document(std::string(text), k_facts_text, "");
  return read_facts(document, &contract);
}

Payoff load_payoff(const std::filesystem::path& path, const Contract& contract) {
  Document document(detail::text_of(path), path.generic_string(), path.parent_path());
  return read_payoff(document, contract);
}

Payoff parse_payoff(std::string_view text, const Contract& contract) {
  Document document(std::string(text), k_facts_text, "");
  return read_payoff(document, contract);
}

std::string write_contract(const Contract& contract) {
  ContractSpec spec;
  spec.terms = contract;
  if (contract.payer != k_payer) {
    spec.payers = {contract.payer};
  }
  if (contract.holder != k_holder) {
    spec.holders = {contract.holder};
  }
  detail::Writer writer;
  describe(writer, spec);
  return detail::block_text(writer.root());
}

std::string write_facts(const Facts& facts) {
  Facts copy = facts;
  keep_persons(copy.counted);
  for (BaseYear& year : copy.base_years) {
    keep_persons(year.counted);
  }
  detail::Writer writer;
  describe(writer, copy);
  return detail::block_text(writer.root());
}

}  // namespace waterbed
