#include "waterbed/contracts/precedence.hpp"

#include "support.hpp"

#include <gtest/gtest.h>

namespace waterbed {
namespace {

using testing::cents;
using testing::euro;
using testing::named;

constexpr ServiceNames k_consult{"gp_consult", "gp", "diabetes_check"};
constexpr ServiceNames k_clinic{"cardiology_clinic", "hospital", "heart_failure"};

Contract fee_contract(const std::string& name, const std::string& service, std::optional<Money> price, int precedence) {
  Fee fee;
  fee.prices = {{service, price}};
  Contract contract = named({fee});
  contract.name = name;
  contract.precedence = precedence;
  return contract;
}

Contract chain_bundle(int precedence) {
  Bundle bundle;
  bundle.trigger = BundleTrigger::enrolled;
  bundle.who = "condition: diabetes";
  bundle.services = {"diabetes_check"};
  bundle.price = euro(115);
  Contract contract = named({bundle});
  contract.name = "chain";
  contract.precedence = precedence;
  return contract;
}

BasePayer ask(const std::vector<Contract>& contracts, const ServiceNames& unit) {
  return base_payer(contracts, "payer", "holder", unit);
}

TEST(Precedence, TheHighestContractThatHoldsTheUnitPays) {
  const std::vector<Contract> contracts = {fee_contract("low", "gp", cents(1221), 1),
                                           fee_contract("high", "gp", cents(1500), 2),
                                           fee_contract("other", "hospital", cents(9), 3)};
  const BasePayer payer = ask(contracts, k_consult);
  ASSERT_EQ(payer.payments.size(), 1U);
  EXPECT_EQ(payer.payments[0].contract, 1U);
  EXPECT_EQ(payer.payments[0].price, cents(1500));
  EXPECT_FALSE(payer.payments[0].conditional);
  EXPECT_TRUE(payer.problems.empty());
}

TEST(Precedence, EqualPrecedenceIsAnErrorThatNamesBoth) {
  const std::vector<Contract> contracts = {fee_contract("first", "gp", cents(1221), 1),
                                           fee_contract("second", "gp_consult", cents(1500), 1)};
  const BasePayer payer = ask(contracts, k_consult);
  ASSERT_EQ(payer.problems.size(), 1U);
  EXPECT_EQ(payer.problems[0].field, "precedence");
  EXPECT_EQ(payer.problems[0].rule,
            "contracts \"first\" and \"second\" both pay gp_consult from payer to holder; one must have the higher "
            "precedence");
  EXPECT_EQ(payer.problems[0].got, "1 for both");
  EXPECT_TRUE(ask(contracts, k_clinic).problems.empty());
}

TEST(Precedence, AnEnrolmentBundleLeavesOtherPeopleToTheFee) {
  const std::vector<Contract> contracts = {fee_contract("fees", "gp", cents(1221), 0), chain_bundle(1)};
  const BasePayer payer = ask(contracts, k_consult);
  ASSERT_EQ(payer.payments.size(), 2U);
  EXPECT_EQ(payer.payments[0].term, TermKind::bundle);
  EXPECT_EQ(payer.payments[0].price, euro(115));
  EXPECT_TRUE(payer.payments[0].conditional);
  EXPECT_EQ(payer.payments[1].term, TermKind::fee);
  EXPECT_FALSE(payer.payments[1].conditional);
}

TEST(Precedence, AFirstContactBundleHoldsEveryUnitThatCanOpenIt) {
  Bundle bundle;
  bundle.window_days = 120;
  bundle.services = {"hospital"};
  bundle.pricing = BundlePricing::by_contents;
  bundle.contents = {{"cardiology_clinic", euro(190)}, {"ward", std::nullopt}};
  Fee fee;
  fee.prices = {{"hospital", euro(1)}};
  std::vector<Contract> contracts = {named({fee, bundle})};
  const BasePayer all = ask(contracts, k_clinic);
  ASSERT_EQ(all.payments.size(), 1U);
  EXPECT_EQ(all.payments[0].term, TermKind::bundle);
  EXPECT_EQ(all.payments[0].price, euro(190));
  EXPECT_FALSE(ask(contracts, {"ward", "hospital", ""}).payments[0].price.has_value());  // at list price
  EXPECT_EQ(ask(contracts, {"lab", "hospital", ""}).payments[0].price, Money{});         // inside, adds nothing
  // Opened by the ward only: a clinic visit before that is paid by the fee.
  bundle.opened_by = {"ward"};
  contracts = {named({fee, bundle})};
  const BasePayer ward_only = ask(contracts, k_clinic);
  ASSERT_EQ(ward_only.payments.size(), 2U);
  EXPECT_TRUE(ward_only.payments[0].conditional);
  EXPECT_EQ(ward_only.payments[1].term, TermKind::fee);
}

TEST(Precedence, LumpAndCapitationSuppressLowerFees) {
  Lump lump;
  lump.amount = euro(1'000'000);
  lump.services = {"hospital"};
  Contract fixed = named({lump});
  fixed.name = "lump";
  fixed.precedence = 5;
  const std::vector<Contract> contracts = {fee_contract("fees", "hospital", euro(190), 0), fixed};
  const BasePayer payer = ask(contracts, k_clinic);
  ASSERT_EQ(payer.payments.size(), 1U);
  EXPECT_EQ(payer.payments[0].term, TermKind::lump);
  EXPECT_EQ(payer.payments[0].price, Money{});
}

TEST(Precedence, OverlaysAndOtherPartiesNeverPay) {
  const std::vector<Contract> overlay = {testing::mssp_basic_e(), fee_contract("fees", "gp", cents(1221), 0)};
  EXPECT_EQ(ask(overlay, k_consult).payments.at(0).contract, 1U);
  EXPECT_TRUE(base_payer(overlay, "another", "holder", k_consult).payments.empty());
  EXPECT_TRUE(base_payer(overlay, "payer", "another", k_consult).payments.empty());
  EXPECT_TRUE(ask(overlay, k_clinic).payments.empty());
}

TEST(Precedence, AScopeThatLeavesTheServiceOutDoesNotPayIt) {
  Contract contract = fee_contract("fees", "all", cents(5), 0);
  contract.terms.push_back(Scope{"", {"hospital"}, PriceBasis::paid, 0});
  EXPECT_TRUE(ask({contract}, k_consult).payments.empty());
  EXPECT_EQ(ask({contract}, k_clinic).payments.size(), 1U);
  contract.terms.back() = Scope{"age >= 65", {}, PriceBasis::paid, 0};
  EXPECT_TRUE(ask({contract}, k_consult).payments.at(0).conditional);
}

}  // namespace
}  // namespace waterbed
