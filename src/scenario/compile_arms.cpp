#include "compile_arms.hpp"

#include "compile_counters.hpp"
#include "compile_network.hpp"
#include "compile_own_payments.hpp"
#include "compile_payments.hpp"
#include "scenario/follow.hpp"
#include "waterbed/engine/agreement.hpp"
#include "waterbed/scenario/who.hpp"

#include <algorithm>
#include <map>
#include <utility>

namespace waterbed::compiling {
namespace {

constexpr std::size_t at(Index i) { return static_cast<std::size_t>(i); }

std::vector<RiskClass> risk_classes(const Contract& terms) {
  if (const Reference* reference = find_term<Reference>(terms)) {
    for (const ReferenceStep& step : reference->steps) {
      if (const Risk* risk = std::get_if<Risk>(&step)) {
        return risk->classes;
      }
    }
  }
  return {};
}

bool holds_back_base(const Withhold& withhold) {
  return std::any_of(withhold.parts.begin(), withhold.parts.end(),
                     [](const WithholdPart& part) { return part.of == WithholdBase::base; });
}

/// A fee of which a share is paid per unit, as a fee that is paid whole: share * tiers(turnover) is tiers that end at
/// share of where they did, of share * turnover.
void pay_share_of_fee(ContractModel& contract) {
  for (Term& term : contract.contract.terms) {
    if (Fee* fee = std::get_if<Fee>(&term)) {
      contract.fee_share = fee->share;
      for (VolumeTier& tier : fee->tiers) {
        if (tier.up_to) {
          tier.up_to = *tier.up_to * fee->share;
        }
      }
      fee->share = Rate{Rate::k_one};
    }
  }
}

/// Builds one arm.
class ArmBuilder {
 public:
  ArmBuilder(const Scenario& scenario, const WhoNames& names, Model& model, std::vector<Problem>& problems)
      : scenario_(scenario), names_(names), model_(model), problems_(problems) {}

  void build(const ArmSpec& spec) {
    arm_ = &model_.arms.emplace_back();
    arm_->name = spec.name;
    arm_->title = spec.title.empty() ? spec.name : spec.title;
    for (const std::string& name : spec.contracts) {
      for (const ContractSpec& contract : scenario_.contracts) {
        if (contract.terms.name == name) {
          expand(contract);
        }
      }
    }
    for (const ProviderSpec& provider : scenario_.providers) {
      arm_->deciders.push_back(
          {.pass_through = provider.pass_through * provider.engagement * (1.0 - provider.norm_weight),
           .number = provider.decision_makers});
    }
    for (const std::string& name : spec.internal_contracts) {
      const InternalContractSpec& agreed =
          scenario_.internal_contracts[at(position(scenario_.internal_contracts, name))];
      const std::string& decider = agreed.decision_maker.empty() ? agreed.owner : agreed.decision_maker;
      arm_->internal_contracts.push_back({.owner = position(model_.providers, agreed.owner),
                                          .decider = position(model_.providers, decider),
                                          .fee_share = agreed.fee_share,
                                          .result_share = agreed.result_share,
                                          .salary = agreed.salary});
    }
    pay_years(model_, *arm_, problems_);
    add_deductibles(model_, *arm_, problems_);
    add_insurers(model_, *arm_);
    sort_by_class();
    for (const std::string& name : spec.programmes) {
      const ProgrammeSpec& programme = scenario_.programmes[at(position(scenario_.programmes, name))];
      if (programme.engagement) {
        win_over(*programme.engagement);
      }
    }
  }

 private:
  void win_over(const EngagementSpec& programme) {
    for (const std::string& name : programme.providers) {
      const int provider = position(model_.providers, name);
      DecidersModel& deciders = arm_->deciders[at(provider)];
      if (programme.engagement >= 0.0) {
        const ProviderSpec& spec = scenario_.providers[at(provider)];
        deciders.pass_through = spec.pass_through * programme.engagement * (1.0 - spec.norm_weight);
      }
      if (programme.decision_makers >= 0.0) {
        deciders.number = programme.decision_makers;
      }
      deciders.programme_cost = Money::from_euro(programme.cost_per_year);
      if (!programme.paid_by.empty() && programme.cost_per_year > 0.0) {
        deciders.paid_slot =
            slot_of({model_.payer_party(payer_position(model_, programme.paid_by)), model_.provider_party(provider),
                     ContractId{}, TermKind::programme, SectorId{main_sector(provider)}, 0});
      }
    }
  }

  CompiledWho compile_filter(const std::string& text, const std::string& path) {
    std::vector<FieldProblem> found;
    CompiledWho compiled = compile_who(contract_who(scenario_, text), names_, path, found);
    for (const FieldProblem& problem : found) {
      problems_.push_back({.field = problem.field, .rule = problem.rule, .got = problem.got});
    }
    return compiled;
  }

  void expand(const ContractSpec& spec) {
    for (const std::string& payer : spec.payers) {
      for (const std::string& holder : spec.holders) {
        ContractModel contract;
        contract.contract = spec.terms;
        anticipate(spec.terms.name, contract.contract);
        pay_share_of_fee(contract);
        contract.contract.payer = payer;
        contract.contract.holder = holder;
        contract.contract.name = spec.terms.name + "/" + payer + "/" + holder;
        contract.payer = payer_position(model_, payer);
        contract.holder = position(model_.providers, holder);
        contract.from_year = spec.from ? *spec.from - model_.time.start_year : contract.from_year;
        contract.until_year = spec.until ? *spec.until - model_.time.start_year : contract.until_year;
        contract.quality_score = spec.quality_score.value_or(Rate{Rate::k_one});
        for (const std::string& member : spec.coalition) {
          contract.members.push_back(position(model_.providers, member));
        }
        if (contract.members.empty()) {
          contract.members = {contract.holder};
        }
        contract.group = groups_of(contract.members);
        contract.sector = main_sector(contract.holder);
        fill(spec.terms, "contracts." + spec.terms.name, contract);
        add_expectations(spec, contract);
        const auto leading = static_cast<int>(arm_->contracts.size());
        arm_->contracts.push_back(std::move(contract));
        for (const FollowSpec& follow : spec.follows) {
          add_follower(spec, follow, leading);
        }
      }
    }
  }

  /// A ceiling that is new against the reference contracts is set on years in which activity was raised for its sake.
  void anticipate(const std::string& name, Contract& terms) const {
    if (scenario_.behaviour.anticipation == 0.0) {
      return;
    }
    const ArmSpec& reference = scenario_.arms[at(std::max(0, position(scenario_.arms, scenario_.reference)))];
    if (std::find(reference.contracts.begin(), reference.contracts.end(), name) != reference.contracts.end()) {
      return;
    }
    for (Term& term : terms.terms) {
      if (auto* ceiling = std::get_if<Ceiling>(&term); ceiling != nullptr && ceiling->of_expected_turnover) {
        ceiling->of_expected_turnover =
            Rate::from_double(ceiling->of_expected_turnover->to_double() * (1.0 + scenario_.behaviour.anticipation));
      }
    }
  }

  /// The contract of an insurer that follows another one.
  void add_follower(const ContractSpec& spec, const FollowSpec& follow, int leading_id) {
    const ContractModel leading = arm_->contracts[at(leading_id)];
    ContractModel contract;
    contract.contract = followed_terms(spec.terms, follow);
    pay_share_of_fee(contract);
    contract.contract.payer = follow.payer;
    contract.contract.holder = leading.contract.holder;
    contract.contract.name = spec.terms.name + "/" + follow.payer + "/" + leading.contract.holder;
    contract.payer = payer_position(model_, follow.payer);
    contract.holder = leading.holder;
    contract.members = leading.members;
    contract.group = leading.group;
    contract.sector = leading.sector;
    contract.from_year = leading.from_year;
    contract.until_year = leading.until_year;
    contract.quality_score = leading.quality_score;
    contract.follows = {.leading = leading_id,
                        .paid = Rate{Rate::k_one - follow.discount.nano},
                        .lump = is_followed(follow, "lump"),
                        .settlement = is_followed(follow, "settlement")};
    fill(contract.contract, "contracts." + spec.terms.name, contract);
    add_expectations(spec, contract);
    const ContractId id{static_cast<std::int32_t>(arm_->contracts.size())};
    const auto slot = [&](TermKind term) {
      return slot_of({model_.payer_party(contract.payer), model_.provider_party(contract.holder), id, term,
                      SectorId{contract.sector}, 0});
    };
    contract.lump_slot = contract.follows.lump ? slot(TermKind::lump) : -1;
    if (contract.follows.settlement) {
      contract.settlement_slot = slot(TermKind::settlement);
      share_out(spec.terms, id, contract);
      const double own = model_.market_share[at(leading.payer)];
      arm_->contracts[at(leading_id)].followed +=
          own > 0.0 ? contract.follows.paid.to_double() * model_.market_share[at(contract.payer)] / own : 0.0;
    }
    arm_->contracts.push_back(std::move(contract));
  }

  /// The practice groups among providers; empty if there is none.
  std::vector<std::uint8_t> groups_of(const std::vector<int>& members) const {
    const std::vector<std::string>& names = model_.people.practice_group_names;
    std::vector<std::uint8_t> groups(names.size(), 0);
    for (const int member : members) {
      const auto group = std::find(names.begin(), names.end(), model_.providers[at(member)].name);
      if (group != names.end()) {
        groups[at(group - names.begin())] = 1;
      }
    }
    return std::count(groups.begin(), groups.end(), 1) > 0 ? groups : std::vector<std::uint8_t>{};
  }

  int main_sector(int provider) const {
    for (const SettingModel& setting : model_.network.settings) {
      if (setting.provider == provider) {
        return setting.sector;
      }
    }
    return 0;
  }

  void fill(const Contract& terms, const std::string& path, ContractModel& contract) {
    const ContractId id{static_cast<std::int32_t>(arm_->contracts.size())};
    const auto slot = [&](TermKind term) {
      return slot_of({model_.payer_party(contract.payer), model_.provider_party(contract.holder), id, term,
                      SectorId{contract.sector}, 0});
    };
    if (const Scope* scope = find_term<Scope>(terms); scope != nullptr && !scope->who.empty()) {
      contract.scope_who = static_cast<int>(contract.who.size());
      contract.who.push_back(compile_filter(scope->who, path + ".scope.who"));
    }
    if (const Capitation* capitation = find_term<Capitation>(terms)) {
      for (const CapitationClass& group : capitation->classes) {
        contract.capitation_who.push_back(static_cast<int>(contract.who.size()));
        contract.who.push_back(compile_filter(group.who, path + ".capitation.classes." + group.name + ".who"));
      }
      contract.capitation_slot = slot(TermKind::capitation);
    }
    for (const RiskClass& group : risk_classes(terms)) {
      contract.risk_who.push_back(static_cast<int>(contract.who.size()));
      contract.who.push_back(compile_filter(group.who, path + ".reference.risk.classes." + group.name + ".who"));
    }
    if (const Bundle* bundle = find_term<Bundle>(terms);
        bundle != nullptr && bundle->trigger == BundleTrigger::enrolled) {
      contract.enrolled_who = static_cast<int>(contract.who.size());
      contract.who.push_back(compile_filter(bundle->who, path + ".bundle.who"));
      contract.enrolment_slot = slot(TermKind::bundle);
    }
    if (find_term<Lump>(terms) != nullptr) {
      contract.lump_slot = slot(TermKind::lump);
    }
    if (const Quality* quality = find_term<Quality>(terms);
        quality != nullptr && (quality->target == QualityTarget::amount || quality->target == QualityTarget::base)) {
      contract.quality_slot = slot(TermKind::quality);
    }
    const bool shared = find_term<Split>(terms) != nullptr;
    if (find_term<Gain>(terms) != nullptr && !shared) {
      contract.gain_slot = slot(TermKind::gain);
    }
    if (const Withhold* withhold = find_term<Withhold>(terms); withhold != nullptr && holds_back_base(*withhold)) {
      contract.withhold_slot = slot(TermKind::withhold);
    }
    const Fee* fee = find_term<Fee>(terms);
    if (find_term<Ceiling>(terms) != nullptr) {
      contract.correction_slot = slot(TermKind::ceiling);
    } else if (fee != nullptr && !fee->tiers.empty()) {
      contract.correction_slot = slot(TermKind::fee);
    }
    const Truncate* truncate = find_term<Truncate>(terms);
    contract.by_person = find_term<Reinsure>(terms) != nullptr || (truncate != nullptr && !truncate->amount);
    if (truncate != nullptr && !contract.by_person) {
      contract.truncate = truncate->amount;
    }
    contract.settles = find_term<Reference>(terms) != nullptr && find_term<Layers>(terms) != nullptr;
    if (contract.settles) {
      contract.settlement_slot = slot(TermKind::settlement);
    }
    if (contract.settles || find_term<Gain>(terms) != nullptr) {
      share_out(terms, id, contract);
    }
    if (contract.settles) {
      const Scope* scope = find_term<Scope>(terms);
      contract.spend_accumulator = counted_accumulator(model_, scope != nullptr ? *scope : Scope{}, contract);
      contract.compares = looks_outside(*find_term<Reference>(terms));
      attribute(scope, contract);
    }
  }

  /// By which frozen models the terms pay that are in the contract.
  void add_expectations(const ContractSpec& spec, ContractModel& contract) {
    const ContractExpectations by = spec.expectations.value_or(ContractExpectations{});
    const auto model = [&](const std::string& name) { return position(model_.expectations, name); };
    if (find_term<Gain>(contract.contract) != nullptr) {
      contract.gain_by = model(by.gain);
      const std::vector<std::string>& groups = model_.people.practice_group_names;
      contract.comparison.assign(groups.size(), 0);
      for (std::size_t g = 0; g < groups.size(); ++g) {
        contract.comparison[g] =
            std::find(by.comparison.begin(), by.comparison.end(), groups[g]) != by.comparison.end() ? 1 : 0;
      }
      if (const Scope* scope = find_term<Scope>(contract.contract)) {
        contract.attribution = scope->attribution;
      }
    }
    if (find_term<Capitation>(contract.contract) != nullptr && !by.capitation.empty()) {
      contract.capitation_by = model(by.capitation);
      model_.expectations[at(contract.capitation_by)].scores = true;
    }
    if (contract.settles && !by.risk.empty()) {
      contract.risk_by = model(by.risk);
      model_.expectations[at(contract.risk_by)].scores = true;
      model_.expectations[at(contract.risk_by)].true_scores = true;
    }
  }

  /// Ledger entries of those who share in the settlement; a coalition divides its capitation in the same way.
  void share_out(const Contract& terms, ContractId id, ContractModel& contract) {
    const Split* split = find_term<Split>(terms);
    if (split == nullptr) {
      return;
    }
    std::vector<std::string> names;
    for (const SplitPart& part : split->parts) {
      names.push_back(part.party);
    }
    for (const WaterfallStep& step : split->waterfall) {
      if (std::find(names.begin(), names.end(), step.party) == names.end()) {
        names.push_back(step.party);
      }
    }
    for (const std::string& name : names) {
      PartySlots party{.party = name};
      const int provider = position(model_.providers, name);
      const PartyId to =
          provider >= 0 ? model_.provider_party(provider) : model_.payer_party(payer_position(model_, name));
      if (to != model_.payer_party(contract.payer)) {
        const SectorId sector{provider >= 0 ? main_sector(provider) : contract.sector};
        party.settlement = slot_of({model_.payer_party(contract.payer), to, id, TermKind::settlement, sector, 0});
        if (contract.members.size() > 1 && contract.capitation_slot >= 0) {
          party.capitation = slot_of({model_.payer_party(contract.payer), to, id, TermKind::capitation, sector, 0});
        }
      }
      contract.parties.push_back(std::move(party));
    }
  }

  std::int32_t slot_of(const EntryKey& key) { return compiling::slot_of(*arm_, key); }

  void attribute(const Scope* scope, ContractModel& contract) {
    const Lane lane{contract.from_year, contract.until_year};
    const auto known = std::find(arm_->lanes.begin(), arm_->lanes.end(), lane);
    contract.lane = static_cast<int>(known - arm_->lanes.begin());
    if (known == arm_->lanes.end()) {
      arm_->lanes.push_back(lane);
    }
    if (scope == nullptr) {
      return;
    }
    contract.attribution = scope->attribution;
    const AttributionRule rule = scope->attribution.rule;
    if (rule == AttributionRule::geography) {
      for (const std::string& name : model_.people.municipality_names) {
        const std::vector<std::string>& places = scope->attribution.places;
        contract.place.push_back(std::find(places.begin(), places.end(), name) == places.end() ? 0 : 1);
      }
    }
    if (rule == AttributionRule::plurality_visits || rule == AttributionRule::plurality_charges ||
        rule == AttributionRule::choice) {
      contract.use_counter = use_counter(model_, scope->attribution.by, rule == AttributionRule::plurality_charges);
    }
    const bool open = rule == AttributionRule::registration || rule == AttributionRule::geography;
    arm_->fixes_people = arm_->fixes_people || (scope->attribution.timing == AttributionTiming::prospective &&
                                                (!open || contract.scope_who >= 0));
  }

  /// Contracts that look at persons, by the insurer and, if they pay by the period, the GP group of these persons.
  void sort_by_class() {
    const std::size_t groups = std::max<std::size_t>(1, model_.people.practice_group_names.size());
    arm_->contracts_of_class.assign(at(std::max(1, model_.insurers)) * groups, {});
    arm_->claims_of_payer.assign(at(std::max(1, model_.insurers)), {});
    for (std::size_t c = 0; c < arm_->contracts.size(); ++c) {
      const ContractModel& contract = arm_->contracts[c];
      if (contract.payer >= model_.insurers) {
        continue;
      }
      if (contract.settles) {
        arm_->claims_of_payer[at(contract.payer)].push_back(static_cast<int>(c));
      }
      if (contract.capitation_slot < 0 && contract.enrolment_slot < 0) {
        continue;
      }
      for (std::size_t g = 0; g < groups; ++g) {
        if (contract.group.empty() || contract.group[g] != 0) {
          arm_->contracts_of_class[at(contract.payer) * groups + g].push_back(static_cast<int>(c));
        }
      }
    }
  }

  const Scenario& scenario_;
  const WhoNames& names_;
  Model& model_;
  std::vector<Problem>& problems_;
  ArmModel* arm_ = nullptr;
};

}  // namespace

void compile_arms(const Scenario& scenario, const WhoNames& names, Model& model, std::vector<Problem>& problems) {
  ArmBuilder builder(scenario, names, model, problems);
  model.arms.reserve(scenario.arms.size());
  for (const ArmSpec& spec : scenario.arms) {
    builder.build(spec);
  }
}

void label_entries(Model& model) {
  std::map<std::string, std::int32_t> known;
  for (ArmModel& arm : model.arms) {
    for (const EntryKey& key : arm.entries) {
      const std::string label = entry_label(model, arm, key);
      const auto [it, fresh] = known.emplace(label, static_cast<std::int32_t>(model.entry_labels.size()));
      if (fresh) {
        model.entry_labels.push_back(label);
      }
      arm.entry_of_slot.push_back(it->second);
    }
  }
}

}  // namespace waterbed::compiling
