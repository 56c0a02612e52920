"""Codes that payers know."""

from __future__ import annotations

#: Codes of the HL7 Da Vinci guide on value-based performance reporting, code system payment-stream 1.1.0.
DA_VINCI = {
    "aha": "annual health assessment",
    "ccf": "care coordination fee",
    "ccf-with-risk": "care coordination fee with risk adjustment",
    "cdm": "chronic disease management",
    "eoc": "episode of care",
    "p4p": "pay for performance",
    "p4r": "pay for reporting",
    "pcpcp": "primary care physician capitation",
    "qip": "quality incentive payment",
    "sip": "stars incentive payment",
    "ssl": "shared savings and losses",
    "ssp": "shared savings, one-sided",
    "ssq": "shared savings gated on quality",
    "sst": "star score threshold",
    "tcoc": "total cost of care",
    "ubip": "utilisation incentive payment",
}
#: Categories of the HCP-LAN framework; all but 1 are in the same guide's code system hcplan-framework.
HCP_LAN = {
    "1": "fee for service, no link to quality",
    "2A": "foundational payments",
    "2B": "pay for reporting",
    "2C": "pay for performance",
    "3A": "shared savings",
    "3B": "shared savings and losses, episodes with risk",
    "3N": "risk without link to quality",
    "4A": "condition-specific or primary-care population payment",
    "4B": "comprehensive population payment",
    "4C": "integrated finance and delivery",
    "4N": "capitation without link to quality",
}
