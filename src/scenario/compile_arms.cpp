#include "compile_arms.hpp"

#include "compile_network.hpp"
#include "waterbed/contracts/precedence.hpp"
#include "waterbed/engine/agreement.hpp"
#include "waterbed/scenario/who.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>
#include <utility>

namespace waterbed::compiling {
namespace {

constexpr std::size_t at(Index i) { return static_cast<std::size_t>(i); }

ServiceNames names_of(const Model& model, const SettingModel& setting, const std::string& need) {
  return {setting.kind, model.sectors[at(setting.sector)], need};
}

int payer_position(const Model& model, const std::string& name) {
  const auto found = std::find(model.payers.begin(), model.payers.end(), name);
  return found == model.payers.end() ? -1 : static_cast<int>(found - model.payers.begin());
}

/// Builds one arm.
class ArmBuilder {
 public:
  ArmBuilder(const Scenario& scenario, const WhoNames& names, Model& model, std::vector<Problem>& problems)
      : scenario_(scenario), names_(names), model_(model), problems_(problems) {}

  void build(const ArmSpec& spec) {
    arm_ = &model_.arms.emplace_back();
    slots_.clear();
    enrolled_.clear();
    arm_->name = spec.name;
    arm_->title = spec.title.empty() ? spec.name : spec.title;
    for (const std::string& name : spec.contracts) {
      for (const ContractSpec& contract : scenario_.contracts) {
        if (contract.terms.name == name) {
          expand(contract);
        }
      }
    }
    pay_years();
    add_deductibles();
    sort_by_class();
  }

 private:
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
        contract.contract.payer = payer;
        contract.contract.holder = holder;
        contract.contract.name = spec.terms.name + "/" + payer + "/" + holder;
        contract.payer = payer_position(model_, payer);
        contract.holder = position(model_.providers, holder);
        contract.from_year = spec.from ? *spec.from - model_.time.start_year : contract.from_year;
        contract.until_year = spec.until ? *spec.until - model_.time.start_year : contract.until_year;
        contract.members = {contract.holder};
        contract.group = groups_of(contract.members);
        contract.sector = main_sector(contract.holder);
        fill(spec.terms, "contracts." + spec.terms.name, contract);
        arm_->contracts.push_back(std::move(contract));
      }
    }
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
    if (const Bundle* bundle = find_term<Bundle>(terms);
        bundle != nullptr && bundle->trigger == BundleTrigger::enrolled) {
      contract.enrolled_who = static_cast<int>(contract.who.size());
      contract.who.push_back(compile_filter(bundle->who, path + ".bundle.who"));
      contract.enrolment_slot = slot(TermKind::bundle);
    }
    if (find_term<Lump>(terms) != nullptr) {
      contract.lump_slot = slot(TermKind::lump);
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
      const Scope* scope = find_term<Scope>(terms);
      contract.spend_accumulator = counted_accumulator(scope != nullptr ? *scope : Scope{});
      contract.compares = looks_outside(*find_term<Reference>(terms));
      attribute(scope, contract);
    }
  }

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
      contract.use_counter = use_counter(scope->attribution.by, rule == AttributionRule::plurality_charges);
    }
    const bool open = rule == AttributionRule::registration || rule == AttributionRule::geography;
    arm_->fixes_people = arm_->fixes_people || (scope->attribution.timing == AttributionTiming::prospective &&
                                                (!open || contract.scope_who >= 0));
  }

  /// One counter of use per distinct choice of services and measure.
  int use_counter(const std::vector<std::string>& by, bool charges) {
    const NetworkModel& network = model_.network;
    UseCounter counter;
    std::tie(counter.row, counter.attached) = marked([&](const SettingModel& setting, const std::string& need) {
      return setting.funder < 0 && (by.empty() || holds(by, names_of(model_, setting, need)));
    });
    counter.charges = charges;
    for (std::size_t u = 0; u < model_.use.size(); ++u) {
      const UseCounter& known = model_.use[u];
      if (known.charges == charges && known.row == counter.row && known.attached == counter.attached) {
        return static_cast<int>(u);
      }
    }
    counter.column.assign(model_.providers.size(), -1);
    const auto delivers = [&](std::int32_t setting) {
      std::int32_t& column = counter.column[at(network.settings[at(setting)].provider)];
      if (column < 0) {
        column = static_cast<std::int32_t>(model_.use_columns++);
      }
    };
    for (std::size_t r = 0; r < counter.row.size(); ++r) {
      if (counter.row[r] != 0) {
        delivers(network.rows[r].setting);
      }
    }
    for (std::size_t a = 0; a < counter.attached.size(); ++a) {
      if (counter.attached[a] != 0) {
        delivers(network.attached[a].setting);
      }
    }
    model_.use.push_back(std::move(counter));
    return static_cast<int>(model_.use.size()) - 1;
  }

  std::int32_t slot_of(const EntryKey& key) {
    const auto [it, fresh] = slots_.emplace(key, static_cast<std::int32_t>(arm_->entries.size()));
    if (fresh) {
      arm_->entries.push_back(key);
    }
    return it->second;
  }

  int accumulator(SpendAccumulator wanted) {
    for (std::size_t a = 0; a < model_.spend.size(); ++a) {
      const SpendAccumulator& known = model_.spend[a];
      if (known.counts_row == wanted.counts_row && known.counts_attached == wanted.counts_attached &&
          known.price == wanted.price && known.standard_row == wanted.standard_row &&
          known.standard_attached == wanted.standard_attached) {
        return static_cast<int>(a);
      }
    }
    model_.spend.push_back(std::move(wanted));
    return static_cast<int>(model_.spend.size()) - 1;
  }

  /// Rows and attached services of which `counts` holds.
  template <class Counts>
  std::pair<std::vector<std::uint8_t>, std::vector<std::uint8_t>> marked(const Counts& counts) {
    const NetworkModel& network = model_.network;
    std::vector<std::uint8_t> rows(network.rows.size(), 0);
    std::vector<std::uint8_t> attached(network.attached.size(), 0);
    for (std::size_t r = 0; r < rows.size(); ++r) {
      const RowModel& row = network.rows[r];
      const std::string& need = model_.need_names[at(network.chain_of_row[r] / network.routes)];
      if (row.setting >= 0) {
        rows[r] = counts(network.settings[at(row.setting)], need) ? 1 : 0;
      }
      for (std::int32_t a = row.first_attached; a < row.first_attached + row.attached; ++a) {
        attached[at(a)] = counts(network.settings[at(network.attached[at(a)].setting)], need) ? 1 : 0;
      }
    }
    return {std::move(rows), std::move(attached)};
  }

  /// One counter of yearly spending per distinct choice of services and prices.
  int counted_accumulator(const Scope& scope) {
    SpendAccumulator wanted{.label = "counted", .price = scope.price};
    // Care that insurers do not fund never counts.
    std::tie(wanted.counts_row,
             wanted.counts_attached) = marked([&](const SettingModel& setting, const std::string& need) {
      return setting.funder < 0 && (scope.services.empty() || holds(scope.services, names_of(model_, setting, need)));
    });
    if (scope.price == PriceBasis::standard) {
      const NetworkModel& network = model_.network;
      const auto price = [&](std::int32_t setting, std::size_t row, std::int64_t list) {
        const std::string& need = model_.need_names[at(network.chain_of_row[row] / network.routes)];
        const ServicePrice* line =
            find_price(scope.standard_prices, names_of(model_, network.settings[at(setting)], need));
        return line != nullptr && line->price ? line->price->micro : list;
      };
      wanted.standard_row.assign(network.rows.size(), 0);
      wanted.standard_attached.assign(network.attached.size(), 0);
      for (std::size_t r = 0; r < network.rows.size(); ++r) {
        const RowModel& row = network.rows[r];
        wanted.standard_row[r] = row.setting < 0 ? 0 : price(row.setting, r, row.list_price);
        for (std::int32_t a = row.first_attached; a < row.first_attached + row.attached; ++a) {
          wanted.standard_attached[at(a)] =
              price(network.attached[at(a)].setting, r, network.attached[at(a)].list_price);
        }
      }
    }
    return accumulator(std::move(wanted));
  }

  /// The payments of one unit, the first that holds for a person counting. -1 in `contract` if nobody pays.
  RowPay pay_of(int payer, const SettingModel& setting, const std::string& need, std::int64_t list_price) {
    const BasePayer found = base_payer(plain_, model_.payers[at(payer)], model_.providers[at(setting.provider)].name,
                                       names_of(model_, setting, need));
    if (found.payments.empty()) {
      const std::string what = setting.name + " for insured of " + model_.payers[at(payer)] + when_;
      if (unpaid_.insert(arm_->name + what).second) {
        problems_.push_back({.field = "arms." + arm_->name + ".contracts",
                             .rule = "must pay for every kind of care that people use",
                             .got = "nothing for " + what});
      }
      return {};
    }
    RowPay first;
    RowPay* pay = &first;
    for (std::size_t i = 0; i < found.payments.size(); ++i) {
      const BasePayment& payment = found.payments[i];
      const ContractModel& contract = arm_->contracts[payment.contract];
      pay->contract = static_cast<std::int32_t>(payment.contract);
      pay->price = payment.price ? payment.price->micro : list_price;
      const Bundle* bundle = find_term<Bundle>(contract.contract);
      const bool enrolment =
          payment.term == TermKind::bundle && bundle != nullptr && bundle->trigger == BundleTrigger::enrolled;
      if (enrolment) {
        pay->price = 0;  // paid per person and period
      }
      pay->slot = slot_of({model_.payer_party(payer), model_.provider_party(contract.holder), ContractId{pay->contract},
                           payment.term, SectorId{setting.sector}, 0});
      const int who = enrolment ? contract.enrolled_who : contract.scope_who;
      if (!payment.conditional || who < 0 || i + 1 == found.payments.size()) {
        break;
      }
      pay->only_who = enrolled_position(payment.contract, who);
      pay->next = static_cast<std::int32_t>(arm_->more_pay.size());
      arm_->more_pay.emplace_back();
      pay = &arm_->more_pay.back();
    }
    return first;
  }

  std::int32_t enrolled_position(std::size_t contract, int who) {
    const auto key = std::pair{contract, who};
    const auto [it, fresh] = enrolled_.emplace(key, static_cast<std::int32_t>(arm_->enrolled.size()));
    if (fresh) {
      arm_->enrolled.push_back(arm_->contracts[contract].who[at(who)]);
    }
    return it->second;
  }

  /// One table of who pays for what for each set of contracts in force.
  void pay_years() {
    std::map<std::vector<bool>, std::size_t> eras;
    const int years = std::max(1, model_.time.burn_in_years() + model_.time.years);
    for (int y = 0; y < years; ++y) {
      const int year = y - model_.time.burn_in_years();
      std::vector<bool> in_force;
      for (const ContractModel& contract : arm_->contracts) {
        in_force.push_back(contract.in_force(year));
      }
      const auto [era, fresh] = eras.emplace(in_force, arm_->pay.size());
      arm_->era_of_year.push_back(era->second);
      if (fresh) {
        plain_.clear();
        for (std::size_t c = 0; c < arm_->contracts.size(); ++c) {
          plain_.push_back(arm_->contracts[c].contract);
          if (!in_force[c]) {
            plain_.back().payer.clear();  // pays nobody
          }
        }
        when_ = eras.size() == 1 ? std::string() : " in " + std::to_string(model_.time.start_year + year);
        pay_rows(arm_->pay.emplace_back());
      }
    }
    plain_.clear();
  }

  void pay_rows(PayTable& pay) {
    const NetworkModel& network = model_.network;
    const std::size_t insurers = at(std::max(1, model_.insurers));
    pay.rows.assign(insurers * network.rows.size(), RowPay{});
    pay.attached.assign(insurers * network.attached.size(), RowPay{});
    if (network.needs.empty()) {
      return;
    }
    // Rows of one kind of care pay alike: look each up once.
    std::map<std::tuple<int, int, std::string, std::int64_t>, RowPay> known;
    const auto lookup = [&](int payer, int setting_id, const std::string& need, std::int64_t price) {
      const auto key = std::tuple{payer, setting_id, need, price};
      const auto found = known.find(key);
      if (found != known.end()) {
        return found->second;
      }
      const SettingModel& setting = network.settings[at(setting_id)];
      const RowPay found_pay = pay_of(setting.funder < 0 ? payer : setting.funder, setting, need, price);
      known.emplace(key, found_pay);
      return found_pay;
    };
    for (std::size_t p = 0; p < insurers; ++p) {
      for (std::size_t r = 0; r < network.rows.size(); ++r) {
        const RowModel& row = network.rows[r];
        if (row.setting < 0) {
          continue;
        }
        const std::string& need = model_.need_names[at(network.chain_of_row[r] / network.routes)];
        pay.rows[p * network.rows.size() + r] = lookup(static_cast<int>(p), row.setting, need, row.list_price);
        for (std::int32_t a = row.first_attached; a < row.first_attached + row.attached; ++a) {
          const AttachedModel& attached = network.attached[at(a)];
          pay.attached[p * network.attached.size() + at(a)] =
              lookup(static_cast<int>(p), attached.setting, need, attached.list_price);
        }
      }
    }
  }

  /// A person has one deductible a year with the insurer, however many contracts repeat it.
  void add_deductibles() {
    for (int payer = 0; payer < model_.insurers; ++payer) {
      const PatientShare* share = nullptr;
      std::set<std::string> holders;
      for (const ContractModel& contract : arm_->contracts) {
        const Fee* fee = find_term<Fee>(contract.contract);
        if (contract.payer == payer && fee != nullptr && fee->patient_share) {
          if (share != nullptr &&
              (share->first != fee->patient_share->first || share->from_age != fee->patient_share->from_age ||
               share->exempt != fee->patient_share->exempt)) {
            problems_.push_back({.field = "arms." + arm_->name + ".contracts",
                                 .rule = "must give all insured of a payer the same patient_share",
                                 .got = contract.contract.name + " differs"});
            return;
          }
          share = &*fee->patient_share;
          holders.insert(contract.contract.holder);
        }
      }
      if (share == nullptr) {
        continue;
      }
      DeductibleModel deductible;
      deductible.payer = payer;
      deductible.first = share->first.micro;
      deductible.from_age = share->from_age;
      SpendAccumulator wanted{.label = "deductible"};
      std::tie(wanted.counts_row, wanted.counts_attached) =
          marked([&](const SettingModel& setting, const std::string& need) {
            return setting.funder < 0 && holders.contains(model_.providers[at(setting.provider)].name) &&
                   !holds(share->exempt, names_of(model_, setting, need));
          });
      deductible.spend_accumulator = accumulator(std::move(wanted));
      deductible.slot = slot_of({model_.household_party(), model_.payer_party(payer), ContractId{},
                                 TermKind::patient_share, SectorId{household_sector()}, 0});
      arm_->deductibles.push_back(deductible);
    }
  }

  /// Own payments are booked where most of them arise: in hospital care, else in the first sector.
  std::int32_t household_sector() const {
    const auto hospital = std::find(model_.sectors.begin(), model_.sectors.end(), "hospital");
    return hospital == model_.sectors.end() ? 0 : static_cast<std::int32_t>(hospital - model_.sectors.begin());
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
  std::vector<Contract> plain_;
  std::map<EntryKey, std::int32_t> slots_;
  std::map<std::pair<std::size_t, int>, std::int32_t> enrolled_;
  std::set<std::string> unpaid_;
  std::string when_;  ///< the year whose payments are looked up, if contracts come and go
};

std::string entry_label(const Model& model, const ArmModel& arm, const EntryKey& key) {
  const auto party = [&](PartyId id) {
    if (id.index() < model.payers.size()) {
      return model.payers[id.index()];
    }
    return id == model.household_party() ? std::string("household")
                                         : model.providers[id.index() - model.payers.size() - 1].name;
  };
  const std::string contract =
      key.contract.valid() ? arm.contracts[key.contract.index()].contract.name : std::string("own_payment");
  return contract + "," + std::string(term_name(key.term)) + "," + party(key.from) + "," + party(key.to) + "," +
         model.sectors[key.sector.index()];
}

}  // namespace

void compile_arms(const Scenario& scenario, const WhoNames& names, Model& model, std::vector<Problem>& problems) {
  // [0] counts everything, for spending by stratum.
  if (!model.network.needs.empty()) {
    model.spend.push_back({.label = "all",
                           .counts_row = std::vector<std::uint8_t>(model.network.rows.size(), 1),
                           .counts_attached = std::vector<std::uint8_t>(model.network.attached.size(), 1)});
  }
  ArmBuilder builder(scenario, names, model, problems);
  model.arms.reserve(scenario.arms.size());
  for (const ArmSpec& spec : scenario.arms) {
    builder.build(spec);
  }
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
