"""Arrivals, placement, effects of traits, waiting, relapse and return to care, from the published numbers.

Each function turns rows of `published.csv` into numbers of the scenario and says what it assumes on the way.
Lengths of stay and reasons for their end are left to `stays.py`.
"""

import math

import numpy as np
import numpy.typing as npt
from published import number, share

Floats = npt.NDArray[np.float64]

SUBSTANCES = ("alcohol", "opioids", "stimulants", "cannabis", "other")
PHP_PART_OF_IOP = 0.4  # assumed: TEDS counts partial hospitalisation as intensive outpatient


def substances() -> dict[str, float]:
    """Shares of primary substances (TEDS-A 2023)."""
    found = {
        "alcohol": share("ARR23_sub_alcohol"),
        "opioids": share("ARR23_sub_opioids"),
        "stimulants": share("ARR23_sub_stimulants_incl_cocaine"),
        "cannabis": share("ARR23_sub_cannabis"),
    }
    named = {name: round(value, 3) for name, value in found.items()}
    return {**named, "other": round(1.0 - sum(named.values()), 3)}


def sources() -> dict[str, float]:
    """Shares of referral sources (TEDS-A 2023): community is self, other community, employer and school."""
    court = share("ARR23_ref_criminal_justice")
    provider = share("ARR23_ref_sud_provider")
    hospital = share("ARR23_ref_other_health")
    return {
        "community": 1.0 - court - provider - hospital,
        "court": court,
        "hospital": hospital,
        "provider": provider,
    }


def placement(substance: str) -> dict[str, float]:
    """Shares of the first level by substance: TEDS-A 2023 services, residential left out, on four levels.

    Detoxification counts all settings. Where the table has no row for the substance, all admissions stand in.
    """
    prefix = f"ARR23_setting_given_{substance}_"
    if substance == "other":
        detox = sum(
            number(f"ARR23_setting_{place}") for place in ("DETOX_24H_RES", "DETOX_24H_HOSP", "DETOX_AMB")
        )
        iop, op = number("ARR23_setting_IOP"), number("ARR23_setting_OP")
    else:
        detox = number(f"{prefix}DETOX_24H") + number(f"{prefix}DETOX_AMB")
        iop, op = number(f"{prefix}IOP"), number(f"{prefix}OP")
    total = detox + iop + op
    shares = {
        "detox": round(detox / total, 3),
        "php": round(PHP_PART_OF_IOP * iop / total, 3),
        "iop": round((1.0 - PHP_PART_OF_IOP) * iop / total, 3),
    }
    return {**shares, "op": round(1.0 - sum(shares.values()), 3)}


def hazard_ratio(share_with: float, share_without: float) -> float:
    """The ratio of hazards that turns one share dropping out into the other, other risks being alike."""
    return math.log1p(-share_with) / math.log1p(-share_without)


def substance_ratios() -> dict[str, float]:
    """Hazard ratios of dropout against alcohol, from dropout in short-term residential care (TEDS-D 2004).

    Stimulants weigh cocaine and other stimulants as 7.1 to 14.9 (TEDS-A 2023). Other substances: assumed 1.
    """
    alcohol = share("SUB_RES_ST_alcohol_dropout")
    ratio = {
        name: hazard_ratio(share(f"SUB_RES_ST_{name}_dropout"), alcohol)
        for name in ("opiates", "cocaine", "marijuana", "stimulants")
    }
    stimulants = (14.9 * ratio["stimulants"] + 7.1 * ratio["cocaine"]) / 22.0
    return {
        "alcohol": 1.0,
        "opioids": round(ratio["opiates"], 2),
        "stimulants": round(stimulants, 2),
        "cannabis": round(ratio["marijuana"], 2),
        "other": 1.0,
    }


def mandated_ratio() -> float:
    """The hazard ratio of dropout of those a court sends (TEDS-D 2007)."""
    return round(hazard_ratio(share("CJ_dropout_TEDS07"), share("CJ_dropout_TEDS07_others")), 2)


def housing_ratio() -> float:
    """The hazard ratio of dropout of those without a stable home.

    Published is an odds ratio of staying six months on medication; it is applied to the share staying on
    buprenorphine, and the two shares are turned into a ratio of hazards.
    """
    stay = share("RET_BUP_6mo")
    odds = number("OR_homeless_ret6mo_MOUD") * stay / (1.0 - stay)
    return round(math.log(odds / (1.0 + odds)) / math.log(stay), 2)


def substances_at(level: str) -> dict[str, float]:
    """Shares of substances among those who enter the agency at a level."""
    joint = {name: part * placement(name)[level] for name, part in substances().items()}
    return {name: value / sum(joint.values()) for name, value in joint.items()}


def dropout_ratios(level: str) -> tuple[Floats, Floats]:
    """The dropout hazard ratios of the patients entering a level, and the share of patients with each."""
    mandated, unstable = sources()["court"], round(share("HOMELESS_share"), 2)
    ratios, weights = [], []
    for name, part in substances_at(level).items():
        for court, court_share in ((1.0, 1.0 - mandated), (mandated_ratio(), mandated)):
            for home, home_share in ((1.0, 1.0 - unstable), (housing_ratio(), unstable)):
                ratios.append(substance_ratios()[name] * court * home)
                weights.append(part * court_share * home_share)
    return np.array(ratios), np.array(weights)


def patience_scale(come_at_once: float, shape: float = 0.572) -> float:
    """The scale in days of a Weibull patience so that, no-shows included, as many are lost as published.

    Loveland & Driscoll: 45 % lost at a median wait of 6 days. That figure mixes giving up with not coming, so
    the share who would not come even at once is taken out of it, never counted twice. Shape: from
    Festinger's 72, 41, 38 % at 1, 3, 7 days.
    """
    stay = (1.0 - share("FUNNEL_attr_call_assess")) / come_at_once
    return number("FUNNEL_wait_call_assess") / math.pow(-math.log(stay), 1.0 / shape)


def loglogistic(first: tuple[float, float], second: tuple[float, float]) -> tuple[float, float]:
    """Median and shape of the log-logistic curve through two points (days, share relapsed)."""
    (day1, share1), (day2, share2) = first, second
    odds1, odds2 = share1 / (1.0 - share1), share2 / (1.0 - share2)
    shape = math.log(odds2 / odds1) / math.log(day2 / day1)
    return day1 / math.pow(odds1, 1.0 / shape), shape


def median_by_share(day: float, relapsed: float, shape: float) -> float:
    """The median of a log-logistic curve of given shape through one point."""
    return day / math.pow(relapsed / (1.0 - relapsed), 1.0 / shape)


def use_curves() -> dict[str, tuple[float, float]]:
    """Median days and shape of return to use by substance, after care that was completed.

    Opioids: outpatients without medication (two points). Stimulants: methamphetamine, least squares on four
    points (median 136, shape 0.413). Alcohol: residential care, one point, shape 0.6 assumed; cannabis and
    other: as alcohol, assumed.
    """
    alcohol = (median_by_share(180.0, share("RELAPSE_alcohol_res_180d"), 0.6), 0.6)
    opioids = loglogistic((30.0, share("RELAPSE_TAU_OP_30d")), (180.0, share("RELAPSE_TAU_OP_180d")))
    return {
        "alcohol": alcohol,
        "opioids": opioids,
        "stimulants": (136.0, 0.413),
        "cannabis": alcohol,
        "other": alcohol,
    }


def detox_time_ratios() -> dict[str, float]:
    """How much sooner use returns after detox alone: the ratio of the medians of published curves.

    Stimulants: one curve is published for all settings, so 1.
    """
    curves = use_curves()
    alcohol = median_by_share(84.0, share("RELAPSE_alcohol_detox_84d"), 0.6) / curves["alcohol"][0]
    detoxed = loglogistic(
        (30.0, share("RELAPSE_opioid_bailey_30d")), (365.0, share("RELAPSE_opioid_bailey_365d"))
    )
    opioids = detoxed[0] / curves["opioids"][0]
    return {"alcohol": alcohol, "opioids": opioids, "stimulants": 1.0, "cannabis": alcohol, "other": alcohol}


def unfinished_time_ratio() -> float:
    """How much sooner use returns when care was left unfinished: assumed, by the size of an association.

    DATOS: heavy alcohol use in the following year, stays under three months against longer ones. On
    log-logistic curves of shape b a ratio of times r is a ratio of odds r to the power of −b.
    """
    short, long = share("DOSE_DATOS_OP_heavy_alcohol_use_short"), share("DOSE_DATOS_OP_heavy_alcohol_use")
    odds = (long / (1.0 - long)) / (short / (1.0 - short))
    return math.pow(odds, 1.0 / 0.6)


def returns_share(level: str, published: float, within_days: float, delay_mean_days: float = 45.0) -> float:
    """The share returning to care after use so that the published part has returned within so many days."""
    days = np.linspace(0.0, within_days, 4001)
    back = -np.expm1(-(within_days - days) / delay_mean_days)
    chance = 0.0
    for name, part in substances_at(level).items():
        median, shape = use_curves()[name]
        if level == "detox":
            median *= detox_time_ratios()[name]
        with np.errstate(divide="ignore"):
            used = 1.0 / (1.0 + (median / days) ** shape)
        chance += part * float(np.sum(np.diff(used) * (back[1:] + back[:-1]) / 2.0))
    return published / chance
