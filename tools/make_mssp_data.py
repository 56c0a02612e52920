#!/usr/bin/env python3
"""Makes scenarios/data/us/mssp_2022.csv from the file that the US government publishes.

The published file is "Performance Year Financial and Quality Results", Medicare Shared Savings Program, performance
year 2022, on data.cms.gov. Columns keep their published names.

    python3 tools/make_mssp_data.py PUBLISHED.csv            writes the table
    python3 tools/make_mssp_data.py PUBLISHED.csv --check    fails if the table on disk differs
"""

import argparse
import csv
import io
import pathlib
import sys
from decimal import Decimal

TABLE = pathlib.Path(__file__).resolve().parent.parent / "scenarios" / "data" / "us" / "mssp_2022.csv"

SETTLEMENT = """ACO_ID Current_Track Risk_Model N_AB N_AB_Year_PY Sav_rate MinSavPerc BnchmkMinExp GenSaveLoss DisAdj
EarnSaveLoss Met_QPS QualScore UpdatedBnchmk ABtotBnchmk ABtotExp FinalShareRate Rev_Exp_Cat Per_Capita_Exp_TOTAL_PY"""
PEOPLE = "N_Ben_Age_0_64 N_Ben_Age_65_74 N_Ben_Age_75_84 N_Ben_Age_85plus N_Ben_Female N_Ben_Male"
SPENDING = "CapAnn_INP_All CapAnn_HSP CapAnn_SNF CapAnn_OPD CapAnn_PB CapAnn_AmbPay CapAnn_HHA CapAnn_DME"
USE = "ADM P_EDV_Vis P_CT_VIS P_MRI_VIS P_EM_PCP_Vis P_EM_SP_Vis P_SNF_ADM SNF_LOS"
COLUMNS = " ".join((SETTLEMENT, PEOPLE, SPENDING, USE)).split()

HEADER = """# Medicare ACOs (groups of providers with shared savings) of 2022: all 482, one a row. Quality A.
# Source: Centers for Medicare & Medicaid Services, Medicare Shared Savings Program, "Performance Year Financial and
# Quality Results" of performance year 2022, data.cms.gov. A work of the US government: public domain (17 USC 105).
# Changed: 41 of its columns are kept, under their published names; percentages are written as shares (6.46% is 0.0646).
# No cell that is kept was suppressed; DisAdj is empty where no loss was waived. Amounts in USD, use per 1,000
# person-years, SNF_LOS in days. Made by tools/make_mssp_data.py. docs/mssp_2022.md says what the columns are used for.
"""


def cell(text: str) -> str:
    """Give a published cell as a plain number or word; a percentage as a share."""
    text = text.strip()
    if text == "*":
        raise ValueError("a suppressed cell: leave its column out")
    return f"{Decimal(text[:-1]).scaleb(-2)}" if text.endswith("%") else text


def table(published: pathlib.Path) -> str:
    """Give the text of the table."""
    with published.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows([cell(row[name]) for name in COLUMNS] for row in rows)
    return HEADER + out.getvalue()


def main() -> int:
    """Write or check the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("published", type=pathlib.Path)
    parser.add_argument("--check", action="store_true")
    options = parser.parse_args()
    text = table(options.published)
    if options.check:
        return 0 if TABLE.read_text(encoding="utf-8") == text else 1
    TABLE.parent.mkdir(parents=True, exist_ok=True)
    TABLE.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
