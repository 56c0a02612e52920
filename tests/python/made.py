"""Results made by hand, of the size and shape that the region has, without a simulation."""

from __future__ import annotations

import numpy as np

from waterbed import _core
from waterbed._outline import (
    ArmOutline,
    EvidenceOutline,
    KindOutline,
    Outline,
    PayerOutline,
    ProviderOutline,
    TargetOutline,
)
from waterbed.results import Results

ARMS = ["usual", "squeezed_ceiling", "shared_savings"]
REPLICATIONS = 40
PERSONS = 250_000
YEARS = ["2023", "2024", "2025", "2026", "2027"]
# kind: sector, units per 1,000 persons a year, list price in EUR, staff hours, per day
KINDS = {
    "gp_consult": ("gp", 4400, 12.21, 0.25, False),
    "practice_nurse": ("gp", 700, 20.0, 0.4, False),
    "out_of_hours": ("gp", 250, 130.0, 0.6, False),
    "emergency_department": ("hospital", 105, 260.0, 2.0, False),
    "dermatology_clinic": ("hospital", 160, 210.0, 0.5, False),
    "orthopaedics_clinic": ("hospital", 210, 400.0, 0.6, False),
    "day_treatment": ("hospital", 139, 1400.0, 6.0, False),
    "ward": ("hospital", 590, 1000.0, 7.0, True),
    "pharmacy": ("pharmacy", 13000, 25.0, 0.05, False),
    "mental_health": ("mental", 900, 300.0, 1.2, False),
    "district_nursing": ("community", 3500, 60.0, 1.0, False),
    "geriatric_rehabilitation": ("community", 110, 340.0, 3.0, True),
}
CLINICS = ["dermatology_clinic", "orthopaedics_clinic", "day_treatment", "ward"]
HOSPITAL = ["emergency_department", *CLINICS]
PROVIDERS = {
    "gp_group_1": ("GP group North", "gp_group", ["gp_consult", "practice_nurse"], 0.55),
    "gp_group_2": ("GP group South", "gp_group", ["gp_consult", "practice_nurse"], 0.45),
    "hospital_a": ("Hospital A", "hospital", HOSPITAL, 0.5),
    "hospital_b": ("Hospital B", "hospital", HOSPITAL, 0.3),
    "treatment_centre": ("Treatment centre", "treatment_centre", ["dermatology_clinic", "orthopaedics_clinic"], 0.08),
    "hospital_out": ("Hospitals outside the region", "hospital", HOSPITAL, 0.2),
    "region_care": (
        "Community care",
        "community",
        ["out_of_hours", "mental_health", "district_nursing", "geriatric_rehabilitation", "pharmacy"],
        1.0,
    ),
}
PAYERS = ["insurer_a", "insurer_b", "household"]
SHARES = [0.6, 0.4, 0.0]


def outline() -> Outline:
    """The outline of the made region."""
    return Outline(
        name="made",
        title="A made region",
        description="Numbers made up for tests of tables and figures.",
        start_year=2023,
        years=len(YEARS),
        cycles_per_year=12,
        baseline="usual",
        reference="usual",
        arms=[
            ArmOutline("usual", "Usual payment", ["gp_capitation", "hospital_ceiling"]),
            ArmOutline("squeezed_ceiling", "Ceiling 5 % lower", ["gp_capitation"], ["hospital_a", "hospital_b"]),
            ArmOutline("shared_savings", "Shared savings 50 %", ["gp_shared_savings"], ["hospital_a"]),
        ],
        kinds=[KindOutline(k, v[0], v[4], k == "ward") for k, v in KINDS.items()],
        providers=[ProviderOutline(p, v[0], v[1], p == "hospital_out") for p, v in PROVIDERS.items()],
        sectors=["gp", "hospital", "pharmacy", "mental", "community"],
        payers=[PayerOutline("insurer_a"), PayerOutline("insurer_b"), PayerOutline("household", insurer=False)],
        strata={"frail_old": "Frail, 80 and over"},
        targets=[TargetOutline("gp_spending", "spending_per_insured", "gp", 160.0, 0.1, "A made source", "A")],
        evidence=[
            EvidenceOutline("needs.skin_complaint.per_person_year", "by age and sex", "Registry, made", "B"),
            EvidenceOutline("behaviour.theta_own_volume", "0.13", "assumed", "C"),
            EvidenceOutline("kinds.gp_consult.list_price", "12.21 EUR", "Tariff decision, made", "A"),
        ],
        digest="0" * 64,
    )


def settings() -> list[str]:
    """Labels of the axis *setting*."""
    return [f"{provider}.{kind}" for provider, row in PROVIDERS.items() for kind in row[2]]


def _effect(setting: str, arm: int) -> float:
    """Relative change of volume in an arm."""
    provider, _, kind = setting.partition(".")
    if arm == 0:
        return 0.0
    if arm == 1:
        pressed = {"hospital_a": -0.03, "hospital_b": -0.025, "hospital_out": 0.06, "treatment_centre": 0.05}
        if kind == "emergency_department":
            return 0.01
        return pressed.get(provider, 0.006 if kind in ("gp_consult", "out_of_hours") else 0.0)
    if kind in CLINICS:
        return -0.02
    return 0.02 if kind == "practice_nurse" else 0.001


def made_results(seed: int = 1, replications: int = REPLICATIONS) -> Results:
    """Results of three arms: paired, noisy, with a waterbed in the second arm."""
    rng = np.random.default_rng(seed)
    names = settings()
    years, arms = len(YEARS), len(ARMS)
    shape = (replications, arms, years, len(names), len(PAYERS))
    volume = np.zeros(shape)
    common = 1 + 0.02 * rng.standard_normal((replications, 1, years, 1, 1))
    own = 0.002 * rng.standard_normal((replications, arms, years, len(names), 1))
    for s, name in enumerate(names):
        provider, _, kind = name.partition(".")
        base = KINDS[kind][1] * PERSONS / 1000 * (PROVIDERS[provider][3] if provider != "region_care" else 1.0)
        for a in range(arms):
            ramp = (1 - 0.6 ** np.arange(1, years + 1))[None, :, None]
            volume[:, a, :, s, :] = base * (1 + _effect(name, a) * ramp) * np.asarray(SHARES)
    volume = volume * common * (1 + own)
    volume[:, :, :, :, 2] = 0
    visits = np.rint(volume).astype(np.int64)
    prices = np.asarray([KINDS[name.partition(".")[2]][2] for name in names])
    spending = np.rint(visits * (prices * 1e6)[:, None]).astype(np.int64)
    hours = np.rint(visits.sum(axis=4) * np.asarray([KINDS[n.partition(".")[2]][3] * 1e3 for n in names])).astype(
        np.int64
    )
    sectors = outline().sectors
    cash = np.zeros((replications, arms, years, len(sectors), len(PAYERS)), dtype=np.int64)
    for s, name in enumerate(names):
        cash[:, :, :, sectors.index(KINDS[name.partition(".")[2]][0]), :] += spending[:, :, :, s, :]
    cash[:, 1, :, sectors.index("hospital"), :] = (cash[:, 1, :, sectors.index("hospital"), :] * 0.975).astype(np.int64)
    cash[:, :, :, :, 2] = (cash[:, :, :, :, 0] * 0.08).astype(np.int64)
    cash[:, :, :, :, 0] -= cash[:, :, :, :, 2]
    providers = list(PROVIDERS)
    revenue = np.stack(
        [
            spending[:, :, :, [i for i, n in enumerate(names) if n.startswith(p + ".")], :].sum(axis=(3, 4))
            for p in providers
        ],
        axis=3,
    )
    revenue[:, 1, :, 2:4] = (revenue[:, 1, :, 2:4] * 0.975).astype(np.int64)
    base_revenue = revenue[:, 0].mean(axis=(0, 1))
    variable = (0.3 * revenue).astype(np.int64)
    fixed = np.broadcast_to((0.68 * base_revenue).astype(np.int64), revenue.shape)
    items = np.stack([revenue, variable, np.zeros_like(revenue), fixed, revenue - variable - fixed], axis=4)
    urgency = ["urgent", "elective"]
    admitted = np.zeros((replications, arms, years, len(names), 2), dtype=np.int64)
    waited = np.zeros_like(admitted)
    for s, name in enumerate(names):
        provider, _, kind = name.partition(".")
        if kind in CLINICS and provider != "hospital_out":
            elective = (visits[:, :, :, s].sum(axis=3) * 0.4).astype(np.int64)
            admitted[:, :, :, s, 1] = elective
            extra = np.asarray([0.0, 9.0 if provider.startswith("hospital") else 2.0, -1.5])[None, :, None]
            mean = {"dermatology_clinic": 35, "orthopaedics_clinic": 42, "day_treatment": 30, "ward": 55}[kind] + extra
            waited[:, :, :, s, 1] = (elective * mean * (1 + 0.03 * rng.standard_normal(elective.shape))).astype(
                np.int64
            )
    ages = ["0-9", "10-19", "20-29", "30-39", "40-49", "50-59", "60-69", "70-79", "80-89", "90+"]
    people = np.full((replications, arms, years, 2, len(ages)), PERSONS * 12 // 20, dtype=np.int64)
    deaths = np.broadcast_to(rng.poisson(110, (replications, 1, years, 2, len(ages))), people.shape).copy()
    strata = ["everybody", "frail_old"]
    qalys = np.rint(
        np.asarray([PERSONS * 0.88, 2000.0]) * 1e6 * (1 + 1e-4 * rng.standard_normal((replications, 1, years, 2)))
    ).astype(np.int64)
    qalys = np.broadcast_to(qalys, (replications, arms, years, 2)).copy()
    qalys[:, 1] -= 40_000_000
    unserved = np.zeros((replications, arms, years, len(names)), dtype=np.int64)
    unserved[..., 6] = np.rint(1e12 * (1 + 0.05 * rng.standard_normal((replications, arms, years)))).astype(np.int64)
    unserved[:, 1] = unserved[:, 1] * 2
    edges = [
        ("entry", "gp_group_1.gp_consult", 2400),
        ("entry", "gp_group_2.gp_consult", 2000),
        ("entry", "region_care.out_of_hours", 250),
        ("entry", "hospital_a.emergency_department", 30),
        ("gp_group_1.gp_consult", "gp_group_1.gp_consult", 600),
        ("gp_group_1.gp_consult", "hospital_a.dermatology_clinic", 60),
        ("gp_group_1.gp_consult", "hospital_a.orthopaedics_clinic", 70),
        ("gp_group_1.gp_consult", "hospital_out.orthopaedics_clinic", 20),
        ("gp_group_1.gp_consult", "treatment_centre.dermatology_clinic", 12),
        ("gp_group_2.gp_consult", "hospital_b.dermatology_clinic", 48),
        ("gp_group_2.gp_consult", "hospital_b.orthopaedics_clinic", 62),
        ("gp_group_2.gp_consult", "hospital_out.dermatology_clinic", 14),
        ("gp_group_2.gp_consult", "region_care.mental_health", 60),
        ("region_care.out_of_hours", "hospital_a.emergency_department", 50),
        ("region_care.out_of_hours", "hospital_b.emergency_department", 25),
        ("hospital_a.dermatology_clinic", "hospital_a.day_treatment", 30),
        ("hospital_a.orthopaedics_clinic", "hospital_a.ward", 38),
        ("hospital_b.orthopaedics_clinic", "hospital_b.ward", 24),
        ("hospital_out.orthopaedics_clinic", "hospital_out.ward", 9),
        ("hospital_a.emergency_department", "hospital_a.ward", 32),
        ("hospital_b.emergency_department", "hospital_b.ward", 14),
        ("hospital_a.dermatology_clinic", "gp_group_1.gp_consult", 16),
        ("hospital_a.ward", "region_care.geriatric_rehabilitation", 6),
        ("hospital_a.ward", "region_care.district_nursing", 15),
        ("hospital_b.ward", "region_care.district_nursing", 9),
        ("hospital_a.ward", "discharge", 50),
        ("gp_group_1.gp_consult", "discharge", 2300),
    ]
    moves = np.zeros((replications, arms, years, len(edges)), dtype=np.int64)
    for e, (_, target, per_1000) in enumerate(edges):
        for a in range(arms):
            moves[:, a, :, e] = np.rint(
                per_1000 * PERSONS / 1000 * (1 + _effect(target, a)) * common[:, 0, :, 0, 0]
            ).astype(np.int64)
    entries: list[str] = []
    paid: list[np.ndarray] = []
    for payer in range(2):
        for p in providers:
            for sector in sectors:
                chosen = [
                    i for i, n in enumerate(names) if n.startswith(p + ".") and KINDS[n.partition(".")[2]][0] == sector
                ]
                if not chosen:
                    continue
                fees = spending[:, :, :, chosen, payer].sum(axis=3)
                entries.append(f"care,fee,{PAYERS[payer]},{p},{sector}")
                paid.append(fees)
                if p in ("hospital_a", "hospital_b"):
                    entries.append(f"hospital_ceiling,ceiling,{PAYERS[payer]},{p},{sector}")
                    paid.append(np.rint(fees * np.asarray([0, -0.025, 0])[None, :, None]).astype(np.int64))
    payments = np.stack(paid, axis=3)
    year, setting = ("year", YEARS), ("setting", names)
    sexes, groups = ("sex", ["women", "men"]), ("age_group", ages)
    cost_items = ("item", ["revenue", "variable_cost", "step_cost", "fixed_cost", "result"])
    tables = [
        ("visits", "units", "units delivered", [year, setting, ("payer", PAYERS)], visits),
        ("list_spending", "micro_eur", "volume at one price list", [year, setting, ("payer", PAYERS)], spending),
        ("cash_spending", "micro_eur", "what left each payer", [year, ("sector", sectors), ("payer", PAYERS)], cash),
        ("payments", "micro_eur", "ledger entries", [year, ("entry", entries)], payments),
        ("provider_result", "micro_eur", "result of providers", [year, ("provider", providers), cost_items], items),
        ("hours", "milli_hours", "staff hours", [year, setting], hours),
        ("admitted", "visits", "first admissions", [year, setting, ("urgency", urgency)], admitted),
        ("wait_days", "days", "days waited", [year, setting, ("urgency", urgency)], waited),
        ("unserved_value", "micro_eur", "needs waiting at the end of the year", [year, setting], unserved),
        ("population", "person_cycles", "cycles lived", [year, sexes, groups], people),
        ("deaths", "persons", "deaths", [year, sexes, groups], deaths),
        ("qalys", "micro_qaly", "quality-adjusted life years", [year, ("stratum", strata)], qalys),
        ("moves", "moves", "moves", [year, ("edge", [f"{a},{b}" for a, b, _ in edges])], moves),
    ]
    core = _core.Results(
        scenario="made",
        seed=seed,
        first_replication=0,
        arms=ARMS,
        baseline="usual",
        replications=replications,
        tables=[_core.TableInfo(n, u, d, [_core.Dimension(*x) for x in dims]) for n, u, d, dims, _ in tables],
        values=[np.ascontiguousarray(v) for *_, v in tables],
    )
    return Results(core, outline())
