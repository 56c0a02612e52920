#pragma once

#include "waterbed/contracts/bundle.hpp"
#include "waterbed/contracts/ceiling.hpp"
#include "waterbed/contracts/fee.hpp"
#include "waterbed/contracts/gain.hpp"
#include "waterbed/contracts/lump.hpp"
#include "waterbed/contracts/payment_curve.hpp"
#include "waterbed/contracts/reinsure.hpp"
#include "waterbed/contracts/split.hpp"
#include "waterbed/contracts/truncate.hpp"

#include <cstdint>
#include <string>

/// The terms as curves of the one quantity that each answers to. Their expected slope is the marginal payment.
namespace waterbed {

/// What is paid of a year's turnover at the contract's prices, after tiers and the share that is paid per unit. All
/// units: a step down past each edge.
PaymentCurve tier_curve(const Fee& fee);

/// What a person owes of a year's spending that counts.
PaymentCurve patient_curve(const PatientShare& share);

/// What is paid of an income under a ceiling of `amount` EUR, with its floor.
PaymentCurve ceiling_curve(const Ceiling& ceiling, double amount);

/// What the band of a lump sum adds or takes back, by list value delivered.
PaymentCurve band_curve(const VolumeBand& band, double expected_turnover);

/// What is paid on top of a bundle's price, by list value inside the window.
PaymentCurve outlier_curve(const Outlier& outlier);

/// What counts of a person's spending after truncation and reinsurance, without the premium, which one more unit does
/// not move.
/// @param cut       by percentile or standard deviations: the level it came to; one person hardly moves it
/// @param reinsure  null: none
PaymentCurve counted_curve(const CutLevels& cut, const Reinsure* reinsure);

/// What is paid by sum over people of (realised - expected) outcome, floor and cap on the group. For floor and cap per
/// person: of one person of them.
PaymentCurve gain_curve(const Gain& gain, std::int64_t people, double comparison_gain = 0.0);

/// What a party gets of an amount that is divided.
PaymentCurve split_curve(const Split& split, const std::string& party);

}  // namespace waterbed
