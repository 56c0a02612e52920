#include "compile_payments.hpp"

#include "compile_counters.hpp"
#include "waterbed/contracts/precedence.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <utility>

namespace waterbed::compiling {
namespace {

constexpr std::size_t at(Index i) { return static_cast<std::size_t>(i); }

/// Makes the payment tables of one arm.
class PaymentTables {
 public:
  PaymentTables(const Model& model, ArmModel& arm, std::vector<Problem>& problems)
      : model_(model), arm_(arm), problems_(problems) {}

  /// One table of who pays for what for each set of contracts in force.
  void build() {
    std::map<std::vector<bool>, std::size_t> eras;
    const int years = std::max(1, model_.time.burn_in_years() + model_.time.years);
    for (int y = 0; y < years; ++y) {
      const int year = y - model_.time.burn_in_years();
      std::vector<bool> in_force;
      for (const ContractModel& contract : arm_.contracts) {
        in_force.push_back(contract.in_force(year));
      }
      const auto [era, fresh] = eras.emplace(in_force, arm_.pay.size());
      arm_.era_of_year.push_back(era->second);
      if (fresh) {
        plain_.clear();
        for (std::size_t c = 0; c < arm_.contracts.size(); ++c) {
          plain_.push_back(arm_.contracts[c].contract);
          if (!in_force[c]) {
            plain_.back().payer.clear();  // pays nobody
          }
        }
        when_ = eras.size() == 1 ? std::string() : " in " + std::to_string(model_.time.start_year + year);
        pay_rows(arm_.pay.emplace_back());
      }
    }
    plain_.clear();
  }

 private:
  /// The payments of one unit, the first that holds for a person counting. -1 in `contract` if nobody pays.
  /// @param group  practice group of the patients, -1 without
  RowPay pay_of(int payer, const SettingModel& setting, const std::string& need, std::int64_t list_price, int group) {
    // A coalition pays what its members deliver to those who are registered with it.
    for (std::size_t c = 0; c < plain_.size(); ++c) {
      const ContractModel& contract = arm_.contracts[c];
      if (contract.members.size() > 1) {
        const bool own =
            std::find(contract.members.begin(), contract.members.end(), setting.provider) != contract.members.end() &&
            has_group(contract, group);
        plain_[c].holder = own ? model_.providers[at(setting.provider)].name : std::string();
      }
    }
    const BasePayer found = base_payer(plain_, model_.payers[at(payer)], model_.providers[at(setting.provider)].name,
                                       names_of(model_, setting, need));
    if (found.payments.empty() && may_have_none(payer, setting)) {
      return bill_of(payer, setting, need, list_price);
    }
    if (found.payments.empty()) {
      const std::string what = setting.name + " for insured of " + model_.payers[at(payer)] + when_;
      if (unpaid_.insert(arm_.name + what).second) {
        problems_.push_back({.field = "arms." + arm_.name + ".contracts",
                             .rule = "must pay for every kind of care that people use",
                             .got = "nothing for " + what});
      }
      return {};
    }
    RowPay first;
    RowPay* pay = &first;
    for (std::size_t i = 0; i < found.payments.size(); ++i) {
      const BasePayment& payment = found.payments[i];
      const ContractModel& contract = arm_.contracts[payment.contract];
      pay->contract = static_cast<std::int32_t>(payment.contract);
      Money price{payment.price ? payment.price->micro : list_price};
      if (payment.term == TermKind::fee) {
        price = price * contract.fee_share;
      }
      pay->price = (price * contract.follows.paid).micro;
      const Bundle* bundle = find_term<Bundle>(contract.contract);
      const bool enrolment =
          payment.term == TermKind::bundle && bundle != nullptr && bundle->trigger == BundleTrigger::enrolled;
      if (enrolment) {
        pay->price = 0;  // paid per person and period
      }
      const int paid = contract.members.size() > 1 ? setting.provider : contract.holder;
      pay->slot = slot_of(arm_, {model_.payer_party(payer), model_.provider_party(paid), ContractId{pay->contract},
                                 payment.term, SectorId{setting.sector}, 0});
      const int who = enrolment ? contract.enrolled_who : contract.scope_who;
      if (!payment.conditional || who < 0 || i + 1 == found.payments.size()) {
        break;
      }
      pay->only_who = enrolled_position(payment.contract, who);
      pay->next = static_cast<std::int32_t>(arm_.more_pay.size());
      arm_.more_pay.emplace_back();
      pay = &arm_.more_pay.back();
    }
    return out_of_bundle(payer, setting, need, group, first);
  }

  bool may_have_none(int payer, const SettingModel& setting) const {
    const std::vector<std::uint8_t>& without = model_.insurance.without_contract;
    return setting.funder < 0 && !without.empty() &&
           without[at(payer) * model_.providers.size() + at(setting.provider)] != 0;
  }

  /// Care without a contract: the patient pays the list price.
  RowPay bill_of(int payer, const SettingModel& setting, const std::string& need, std::int64_t list_price) {
    RowPay pay;
    pay.price = list_price;
    pay.slot = slot_of(arm_, {model_.household_party(), model_.provider_party(setting.provider), ContractId{},
                              TermKind::fee, SectorId{setting.sector}, 0});
    pay.is_bill = true;
    pay.bill_counts = true;
    for (const Contract& contract : plain_) {
      const Fee* fee = contract.payer == model_.payers[at(payer)] ? find_term<Fee>(contract) : nullptr;
      if (fee != nullptr && fee->patient_share && holds(fee->patient_share->exempt, names_of(model_, setting, need))) {
        pay.bill_counts = false;
      }
    }
    return pay;
  }

  static bool has_group(const ContractModel& contract, int group) {
    return contract.group.empty() || (group >= 0 && contract.group[at(group)] != 0);
  }

  /// Care inside the enrolment bundle of the patient's own practice, delivered by another provider: the holder of the
  /// bundle pays it, what the payer would have paid.
  RowPay out_of_bundle(int payer, const SettingModel& setting, const std::string& need, int group,
                       const RowPay& otherwise) {
    const ServiceNames unit = names_of(model_, setting, need);
    int chosen = -1;
    for (std::size_t c = 0; c < plain_.size(); ++c) {
      const ContractModel& contract = arm_.contracts[c];
      const Bundle* bundle = find_term<Bundle>(plain_[c]);
      const Scope* scope = find_term<Scope>(plain_[c]);
      if (contract.enrolled_who < 0 || !bundle->pays_others || contract.holder == setting.provider ||
          contract.group.empty() || !has_group(contract, group) || plain_[c].payer != model_.payers[at(payer)] ||
          !holds(bundle->services, unit) ||
          (scope != nullptr && !scope->services.empty() && !holds(scope->services, unit))) {
        continue;
      }
      if (chosen >= 0 && plain_[c].precedence == plain_[at(chosen)].precedence) {
        problems_.push_back(
            {.field = "arms." + arm_.name + ".contracts",
             .rule = "must say by precedence which bundle holds a unit of care",
             .got = setting.name + " for " + need + " in " + plain_[at(chosen)].name + " and " + plain_[c].name});
      }
      if (chosen < 0 || plain_[c].precedence > plain_[at(chosen)].precedence) {
        chosen = static_cast<int>(c);
      }
    }
    if (chosen < 0) {
      return otherwise;
    }
    const ContractModel& contract = arm_.contracts[at(chosen)];
    if (otherwise.only_who >= 0) {
      problems_.push_back({.field = "arms." + arm_.name + ".contracts",
                           .rule = "must pay care inside a bundle of others at one price for everybody",
                           .got = setting.name + " for " + need + " in " + plain_[at(chosen)].name});
    }
    RowPay pay = otherwise;
    pay.contract = chosen;
    pay.charged_to = contract.holder;
    pay.slot = slot_of(arm_, {model_.provider_party(contract.holder), model_.provider_party(setting.provider),
                              ContractId{chosen}, TermKind::cost, SectorId{setting.sector}, 0});
    pay.only_who = enrolled_position(at(chosen), contract.enrolled_who);
    pay.next = static_cast<std::int32_t>(arm_.more_pay.size());
    arm_.more_pay.push_back(otherwise);
    return pay;
  }

  std::int32_t enrolled_position(std::size_t contract, int who) {
    const auto key = std::pair{contract, who};
    const auto [it, fresh] = enrolled_.emplace(key, static_cast<std::int32_t>(arm_.enrolled.size()));
    if (fresh) {
      arm_.enrolled.push_back(arm_.contracts[contract].who[at(who)]);
    }
    return it->second;
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
    std::map<std::tuple<int, int, std::string, std::int64_t, int>, RowPay> known;
    const auto lookup = [&](int payer, int setting_id, const std::string& need, std::int64_t price, int group) {
      const auto key = std::tuple{payer, setting_id, need, price, group};
      const auto found = known.find(key);
      if (found != known.end()) {
        return found->second;
      }
      const SettingModel& setting = network.settings[at(setting_id)];
      const RowPay found_pay = pay_of(setting.funder < 0 ? payer : setting.funder, setting, need, price, group);
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
        const int group = network.group_of_route[at(network.chain_of_row[r] % network.routes)];
        pay.rows[p * network.rows.size() + r] = lookup(static_cast<int>(p), row.setting, need, row.list_price, group);
        for (std::int32_t a = row.first_attached; a < row.first_attached + row.attached; ++a) {
          const AttachedModel& attached = network.attached[at(a)];
          pay.attached[p * network.attached.size() + at(a)] =
              lookup(static_cast<int>(p), attached.setting, need, attached.list_price, group);
        }
      }
    }
  }

  const Model& model_;
  ArmModel& arm_;
  std::vector<Problem>& problems_;
  std::vector<Contract> plain_;  ///< the contracts in force
  std::map<std::pair<std::size_t, int>, std::int32_t> enrolled_;
  std::set<std::string> unpaid_;
  std::string when_;  ///< the year whose payments are looked up, if contracts come and go
};

}  // namespace

std::int32_t slot_of(ArmModel& arm, const EntryKey& key) {
  const auto found = std::find(arm.entries.begin(), arm.entries.end(), key);
  const auto position = static_cast<std::int32_t>(found - arm.entries.begin());
  if (found == arm.entries.end()) {
    arm.entries.push_back(key);
  }
  return position;
}

void pay_years(const Model& model, ArmModel& arm, std::vector<Problem>& problems) {
  PaymentTables(model, arm, problems).build();
}

}  // namespace waterbed::compiling
