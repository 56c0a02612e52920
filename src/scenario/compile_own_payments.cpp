#include "compile_own_payments.hpp"

#include "compile_counters.hpp"
#include "compile_payments.hpp"

#include <algorithm>
#include <set>
#include <tuple>
#include <utility>

namespace waterbed::compiling {
namespace {

constexpr std::size_t at(Index i) { return static_cast<std::size_t>(i); }

/// Own payments are booked where most of them arise: in hospital care, else in the first sector.
std::int32_t household_sector(const Model& model) {
  const auto hospital = std::find(model.sectors.begin(), model.sectors.end(), "hospital");
  return hospital == model.sectors.end() ? 0 : static_cast<std::int32_t>(hospital - model.sectors.begin());
}

auto terms_of(const PatientShare& share) {
  return std::tie(share.first, share.from_age, share.exempt, share.share, share.most);
}

}  // namespace

int payer_position(const Model& model, const std::string& name) {
  const auto found = std::find(model.payers.begin(), model.payers.end(), name);
  return found == model.payers.end() ? -1 : static_cast<int>(found - model.payers.begin());
}

/// A person has one deductible a year with the insurer, however many contracts repeat it.
void add_deductibles(Model& model, ArmModel& arm, std::vector<Problem>& problems) {
  for (int payer = 0; payer < model.insurers; ++payer) {
    const PatientShare* share = nullptr;
    std::set<std::string> holders;
    for (const ContractModel& contract : arm.contracts) {
      const Fee* fee = find_term<Fee>(contract.contract);
      if (contract.payer == payer && fee != nullptr && fee->patient_share) {
        if (share != nullptr && terms_of(*share) != terms_of(*fee->patient_share)) {
          problems.push_back({.field = "arms." + arm.name + ".contracts",
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
    deductible.share = *share;
    deductible.share.exempt.clear();
    SpendAccumulator wanted{.label = "deductible"};
    std::tie(wanted.counts_row, wanted.counts_attached) =
        marked(model, [&](const SettingModel& setting, const std::string& need) {
          return setting.funder < 0 && holders.contains(model.providers[at(setting.provider)].name) &&
                 !holds(share->exempt, names_of(model, setting, need));
        });
    deductible.spend_accumulator = spend_accumulator(model, std::move(wanted));
    deductible.slot = slot_of(arm, {model.household_party(), model.payer_party(payer), ContractId{},
                                    TermKind::patient_share, SectorId{household_sector(model)}, 0});
    arm.deductibles.push_back(deductible);
  }
}

/// What pays the insurers belongs to no sector of care; what supplements pay for and bring in, to that of the care.
void add_insurers(const Model& model, ArmModel& arm) {
  const InsuranceModel& insurance = model.insurance;
  for (int payer = 0; insurance.present && payer < model.insurers; ++payer) {
    const PartyId insurer = model.payer_party(payer);
    const auto slot = [&](PartyId from, PartyId to, TermKind term, SectorId sector) {
      return slot_of(arm, {from, to, ContractId{}, term, sector, 0});
    };
    const PartyId household = model.household_party();
    const PartyId fund = model.payer_party(payer_position(model, std::string(k_equalisation_fund)));
    InsurerSlots slots;
    slots.premium = slot(household, insurer, TermKind::premium, SectorId{});
    slots.equalisation = slot(fund, insurer, TermKind::premium, SectorId{});
    if (!insurance.policies.empty()) {
      slots.reimbursement = slot(insurer, household, TermKind::fee, SectorId{household_sector(model)});
    }
    for (const SupplementModel& supplement : insurance.supplements) {
      const SectorId sector{supplement.sector};
      slots.supplement_premiums.push_back(slot(household, insurer, TermKind::premium, sector));
      slots.supplements.push_back(slot(insurer, model.payer_party(supplement.funder), TermKind::fee, sector));
    }
    arm.insurers.push_back(std::move(slots));
  }
}

std::string entry_label(const Model& model, const ArmModel& arm, const EntryKey& key) {
  const auto party = [&](PartyId id) {
    if (id.index() < model.payers.size()) {
      return model.payers[id.index()];
    }
    return id == model.household_party() ? std::string("household")
                                         : model.providers[id.index() - model.payers.size() - 1].name;
  };
  const bool supplement = key.to.index() < model.payers.size() || key.term == TermKind::premium;
  const std::string contract = key.contract.valid()                  ? arm.contracts[key.contract.index()].contract.name
                               : key.term == TermKind::programme     ? std::string("programme")
                               : key.term == TermKind::patient_share ? std::string("own_payment")
                               : key.term == TermKind::premium && !key.sector.valid() ? std::string("insurance")
                               : supplement                                           ? std::string("supplementary")
                                                                                      : std::string("without_contract");
  const std::string sector = key.sector.valid() ? model.sectors[key.sector.index()] : std::string();
  return contract + "," + std::string(term_name(key.term)) + "," + party(key.from) + "," + party(key.to) + "," + sector;
}

}  // namespace waterbed::compiling
