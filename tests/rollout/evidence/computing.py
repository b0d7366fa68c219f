"""Each kind of reference case, computed by the product's own functions."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from model.comparison import Table, mcnemar, wilson
from model.evaluation import interval
from rollout.evidence import (
    agreement,
    answering,
    approximations,
    audit,
    baseline,
    dispersion,
    distances,
    eprocess,
    false_discovery,
    late_change,
    maxsprt,
    negative_binomial,
    observers,
    one_rate,
    paired,
    precision,
    rates,
    score_shift,
    strata,
    sureness,
    thresholds,
    trend,
    two_versions,
    verification,
)  # fmt: skip
from rollout.evidence.observers import Pairs
from rollout.evidence.rates import Rates

Told = dict[str, Any]


def ratio(told: Told) -> Told:
    of = Rates(model=told["x1"], model_hours=told["t1"], manual=told["x2"], manual_hours=told["t2"])
    theta0 = told.get("theta0", 1.0)
    p = rates.tests(of, theta0=theta0)
    found: Told = {
        "ratio": of.ratio, "ci_exact": rates.exact(of), "ci_midp": rates.mid_p(of), "ci_jeffreys": rates.jeffreys(of),
        "p_less": p.less, "p_greater": p.greater, "p_two_sided_central": p.central,
        "p_two_sided_minlike": p.least_likely, "p_midp_less": p.mid_less, "p_midp_greater": p.mid_greater,
        "p_midp_two_sided": p.mid_central, "p_exact_greater": p.greater,
        "rate1_upper95": one_rate.limits(told["x1"], told["t1"])[1],
        "verdict": "no_evidence" if of.ratio is None else "",
    }  # fmt: skip
    if of.n:
        upper, lower, both = rates.equivalence(of)
        found |= {"tost_p_upper_theta_ge_2": upper, "tost_p_lower_theta_le_half": lower, "tost_p": both}
        found["p_score_greater"] = approximations.score_greater(of, theta0=theta0)
        found["p_sqrt_greater"] = approximations.square_root_greater(of, theta0=theta0)
    if "per" in told:
        gap, wald = approximations.difference(of), approximations.wald_ratio(of)
        assert gap is not None
        assert wald is not None
        found |= {"rate_diff": gap.value * told["per"], "ratio_ci_wald_log": wald[1]}
        found["rate_diff_ci_wald"] = [bound * told["per"] for bound in gap.interval]
    return found


def e_test(told: Told) -> Told:
    of = Rates(model=told["x1"], model_hours=told["n1"], manual=told["x2"], manual_hours=told["n2"])
    return {"pvalue_etest": approximations.e_test(of)}


def spread(told: Told) -> Told:
    found = dispersion.index(told["weekly_counts"])
    assert found is not None
    return {"mean": found.mean, "pearson_X2": found.x2, "df": found.df, "phi": found.phi, "p_upper": found.p}


def quasi(told: Told) -> Told:
    of = Rates(model=told["x1"], model_hours=told["t1"], manual=told["x2"], manual_hours=told["t2"])
    found = approximations.wald_ratio(of, phi=told["phi"])
    assert found is not None
    return {"ratio": of.ratio, "se_log": found[0], "ci": found[1]}


def negbin(told: Told) -> Told:
    hours = [168.0] * len(told["model_weekly"])
    found = negative_binomial.fit(told["model_weekly"], told["manual_weekly"], hours, hours)
    assert found is not None
    return {
        "log_ratio": math.log(found.ratio), "ratio": found.ratio, "alpha_nb2": found.a,
        "se_log_ratio": found.error_log, "ci": found.interval,
    }  # fmt: skip


def sprt(told: Told) -> Told:
    until, boundary = told["T_expected_under_null"], told["cv"]
    return {
        "alpha": maxsprt.chance_of_signal(boundary, until),
        "power_rr2": maxsprt.chance_of_signal(boundary, until, relative_risk=2),
    }


def savvi(told: Told) -> Told:
    found = eprocess.two_sided(told["k"], told["n"], told["p0"], a=told["a"], b=told["b"])
    return {"e_value": float(np.exp(found))}


def totals(told: Told) -> Told:
    of = Rates(
        model=told["model_events"], model_hours=told["t_model"], manual=told["manual_events"],
        manual_hours=told["t_manual"],
    )  # fmt: skip
    found: Told = {"cs95_ratio": eprocess.confidence_sequence(of, alpha=told["alpha"])}
    for name, theta in (("1", 1.0), ("2", 2.0), ("half", 0.5)):
        p0 = of.share_at(theta)
        found |= {
            f"p0_theta_{name}": p0, f"log_e_two_sided_theta_{name}": float(eprocess.two_sided(of.model, of.n, p0)),
            f"log_e_H0_theta_le_{name}": float(eprocess.at_most(of.model, of.n, p0)),
            f"log_e_H0_theta_ge_{name}": float(eprocess.at_least(of.model, of.n, p0)),
        }  # fmt: skip
    found["log_e_equivalence_min"] = min(found["log_e_H0_theta_ge_2"], found["log_e_H0_theta_le_half"])
    return found


def grid(told: Told) -> Told:
    rows = [tuple(row) for row in told["weeks_model_x_t_manual_x_t"]]
    weeks = strata.of(rows)
    found: Told = {"cumulative_after_week1_H0_le_2": strata.at_most(strata.of(rows[:1]), 2.0)}
    for name, theta in (("1", 1.0), ("2", 2.0), ("half", 0.5)):
        found[f"log_e_H0_theta_le_{name}"] = strata.at_most(weeks, theta)
        found[f"log_e_H0_theta_ge_{name}"] = strata.at_least(weeks, theta)
    return found


def gamma(told: Told) -> Told:
    words = (told["n"], told["mu0"])
    return {
        "log_e_two_sided": baseline.two_sided(*words, a=told["a"], b=told["b"]),
        "log_e_H0_r_le_1": baseline.at_most(*words, a=told["a"], b=told["b"]),
    }


def historic(told: Told) -> Told:
    found = baseline.against(
        told["baseline_events"], told["baseline_weeks"], told["new_events"], told["new_weeks"],
        theta0=told["theta0"], level=told["conf_baseline"],
    )  # fmt: skip
    return {
        "rate_upper": found.rate_high, "rate_lower": found.rate_low, "mu0_for_H0_theta_le_2": found.most,
        "log_e": found.log_e, "mu0_for_H0_theta_ge_half": found.rate_low * told["new_weeks"] / 2,
    }  # fmt: skip


def deflated(told: Told) -> Told:
    k, n, phi = told["k"], told["n"], told["phi"]
    return {
        "log_e_raw": float(eprocess.two_sided(k, n, told["p0"])),
        "log_e_deflated": float(eprocess.two_sided(k / phi, n / phi, told["p0"])),
    }


def bets(told: Told) -> Told:
    counts = (told["both"], told["model_only"], told["manual_only"])
    found: Told = {}
    for name, theta in (("1", 1.0), ("2", 2.0), ("half", 0.5)):
        found[f"log_e_H0_theta_le_{name}"] = float(paired.at_most(*counts, theta))
        found[f"log_e_H0_theta_ge_{name}"] = float(paired.at_least(*counts, theta))
    found["log_e_equivalence_min"] = min(found["log_e_H0_theta_ge_2"], found["log_e_H0_theta_le_half"])
    return found


def sites(told: Told) -> Told:
    logs = [math.log(e) for e in told["e_values"]]
    return {
        "thresholds": [math.exp(bar) for bar in false_discovery.thresholds(len(logs), alpha=told["alpha"])],
        "rejected": [told["e_values"][place] for place in false_discovery.called(logs, alpha=told["alpha"])],
        "mean_e": math.exp(false_discovery.together(logs)), "product_e": math.exp(sum(logs)),
    }  # fmt: skip


def late(told: Told) -> Told:
    model, manual = (np.asarray(told[key], float) for key in ("model_weekly", "manual_weekly"))
    found = []
    for week in range(1, len(model) + 1):
        k, n = late_change.suffixes(model[:week]), late_change.suffixes((model + manual)[:week])
        found.append(late_change.mixture(eprocess.at_most(k, n, 0.5)))
    return {"log_e_by_week": found}


def _total(pairs: Pairs) -> Told:
    found = observers.total(pairs)
    return {
        "N_chapman": found.chapman, "var": found.variance, "se": found.error, "ci_normal": found.normal,
        "ci_transformed_logit": found.logit, "ci_lognormal_f0": found.log_normal, "N_lp": found.lincoln_petersen,
        "n_seen": pairs.seen,
    }  # fmt: skip


def chapman(told: Told) -> Told:
    found = _total(Pairs(both=told["m"], model_only=told["n1"] - told["m"], manual_only=told["n2"] - told["m"]))
    printed = {**found, "N": found["N_chapman"], "ci_normal_upper": found["ci_normal"][1]}
    return {"computed": found, "printed": printed}


def _pairs(told: Told) -> Pairs:
    return Pairs(both=told["both"], model_only=told["model_only"], manual_only=told["manual_only"])


def dependence(told: Told) -> Told:
    (row,) = observers.dependence(_pairs(told), phis=(told["odds_ratio"],))
    return {
        "n00": row.unseen, "N": row.total, "recall_model": row.recall_model, "recall_manual": row.recall_manual,
        "recall_union": row.recall_union,
    }  # fmt: skip


def double(told: Told) -> Told:
    pairs = _pairs(told)
    model, manual = observers.recalls(pairs)
    return {
        "chapman": _total(pairs), "recall_model_conditional": model.share, "recall_model_wilson": model.interval,
        "recall_model_jeffreys": precision.jeffreys(pairs.both, pairs.manual),
        "recall_manual_conditional": manual.share, "recall_manual_wilson": manual.interval,
    }  # fmt: skip


def share(told: Told) -> Told:
    k, n = told["k"], told["n"]
    return {
        "wilson": wilson(k, n), "wilson_full": wilson(k, n), "jeffreys": precision.jeffreys(k, n),
        "clopper_pearson": interval(k, n),
    }  # fmt: skip


def reviewed(told: Told) -> Told:
    confirmed, every = told["confirmed"], told["reviewed"]
    found = precision.precision(confirmed, every - confirmed)
    return {"precision": found.share, "wilson": found.wilson, "jeffreys": precision.jeffreys(confirmed, every)}


def audited(told: Told) -> Told:
    rows = [
        audit.Stratum(name=row["name"], size=row["N"], drawn=row["n"], bears=row["bears"]) for row in told["strata"]
    ]
    found = audit.missed(rows, told["confirmed_true_alerts"])
    return {
        "missed_hat": found.missed, "se": found.error, "recall_hat": found.recall,
        "missed_upper_stratum1": found.upper, "missed_upper_stratum1_one_sided": found.upper_one_sided,
    }  # fmt: skip


def begg(told: Told) -> Told:
    of = told["verified"]
    found = verification.corrected(
        verification.Checked(
            alert_bear=of["TposDpos"], alert_none=of["TposDneg"], quiet_bear=of["TnegDpos"],
            quiet_none=of["TnegDneg"], alerts=told["total_Tpos"], quiets=told["total_Tneg"],
        )
    )  # fmt: skip
    assert found is not None
    both = {"sens": found.sensitivity, "spec": found.specificity}
    return {"naive_sens": found.naive_sensitivity, "naive_spec": found.naive_specificity, **both, "printed": both}


def sure(told: Told) -> Told:
    p, y = np.asarray(told["p"]), np.asarray(told["y"])
    found = sureness.temperature(p, y)
    return {
        "ece": sureness.calibration_error(p, y), "brier": sureness.brier(p, y), "nll": sureness.log_loss(p, y),
        "temperature": found, "nll_at_T": sureness.log_loss(sureness.eased(p, found), y),
    }  # fmt: skip


def cheapest(told: Told) -> Told:
    labels = [bool(label) for label in told["labels"]]
    scored = list(zip(told["scores"], labels, told["weights_inverse_sampling"], strict=True))
    found = thresholds.costs(scored, told["thresholds"], cost_miss=told["cost_miss"], cost_false=told["cost_fa"])
    least = [at for at, cost in zip(told["thresholds"], found, strict=True) if cost == min(found)]
    return {"costs": found, "best": least[0], "tie": least[1]}


def unlike(told: Told) -> Told:
    known, picture, logits = (np.asarray(told[key]) for key in ("ref", "query", "logits"))
    return {
        "mahalanobis_sq": distances.mahalanobis_squared(known, picture),
        "mahalanobis_sq_shrunk": distances.mahalanobis_squared(known, picture, shrinkage=told["shrinkage"]),
        "knn_kth_distance": distances.to_neighbour(known, picture, told["k"]),
        "energy": distances.energy(logits, temperature=told["T"]),
        "max_softmax": distances.highest_share(logits),
    }  # fmt: skip


def shifted(told: Told) -> Told:
    gap, p = score_shift.largest_gap(told["a"], told["b"])
    return {"D": gap, "p": p}


def decay(told: Told) -> Told:
    seen, hours, at = told["sightings"], told["watch_hours"], told["go_live_after_week"]
    found = trend.trend(seen, hours)
    assert found is not None
    after = {"x1": sum(seen[at:]), "t1": sum(hours[at:]), "x2": sum(seen[:at]), "t2": sum(hours[:at])}
    return {
        "trend_log_per_week": found.slope, "trend_se": found.error, "weekly_factor": found.factor,
        "after_vs_before": ratio(after),
    }  # fmt: skip


def seeded(told: Told) -> Told:
    found = answering.caught(told["caught"], told["seeded"])
    return {"rate": found.share, "wilson": found.interval, "p_below_0_9": found.p_below}


def stamp(told: Told) -> Told:
    found = answering.answering(told["confirm_given_true"], told["true"], told["confirm_given_false"], told["false"])
    assert found is not None
    return {
        "hit": found.hit, "false_confirm": found.false_confirm, "dprime": found.d_prime,
        "criterion": found.criterion,
    }  # fmt: skip


def two_rangers(told: Told) -> Told:
    found = agreement.kappa(told["table"])
    assert found is not None
    return {"po": found.observed, "pe": found.expected, "kappa": found.kappa}


def exact_mcnemar(told: Told) -> Told:
    (both, only_a), (only_b, neither) = told["table"]
    p, middle = mcnemar(Table(both=both, only_a=only_a, only_b=only_b, neither=neither))
    return {"p": p, "p_midp": middle, "p_printed": p}


def yates(told: Told) -> Told:
    chi2, p = two_versions.corrected(told["table"][0][1], told["table"][1][0])
    return {"chi2": chi2, "p": p}


def by_visit(told: Told) -> Told:
    found = two_versions.by_visit([tuple(pair) for pair in told["per_visit_b_c"]])
    assert found is not None
    return {
        "naive_chi2": found.naive, "clustered_chi2": found.clustered, "p_naive": found.naive_p,
        "p_clustered": found.clustered_p, "p_sign_flip_exact": found.sign_flip_p,
    }  # fmt: skip


def versions(told: Told) -> Told:
    k, n = told["new_only"], told["new_only"] + told["old_only"]
    return {
        "log_e_two_sided": float(eprocess.two_sided(k, n, 0.5)),
        "log_e_H0_new_not_better": float(eprocess.at_most(k, n, 0.5)),
    }


WAYS: dict[str, Callable[[Told], Told]] = {
    "pois_etest": e_test, "pois_": ratio, "garwood_": lambda told: {"ci": one_rate.limits(told["x"], told["t"])},
    "overdispersion_index": spread, "quasi_poisson": quasi, "negbin": negbin, "maxsprt": sprt,
    "evalue_savvi": savvi, "evalue_beta": totals, "evalue_grid": grid, "evalue_gamma": gamma,
    "historic_baseline": historic, "evalue_deflated": deflated, "evalue_start_mixture": late, "paired_betting": bets,
    "e_bh_sites": sites, "chapman_": chapman, "dual_observer_dependence": dependence, "dual_observer": double,
    "wilson_": share, "precision_": reviewed,
    "rule_of_three": lambda told: {"upper95_one_sided": audit.upper(told["k"], told["n"]), "approx": 3 / told["n"]},
    "audit_": audited, "begg_greenes": begg, "ece_temperature": sure,
    "cost_threshold": lambda told: {"threshold": thresholds.threshold(told["cost_miss"], told["cost_false_alarm"])},
    "empirical_cost": cheapest, "ood_scores": unlike,
    "ood_conformal": lambda told: {"p": distances.conformal_p(told["calibration_scores"], told["score"])},
    "ks_exact": shifted, "manual_watch_decay": decay, "seeded_tests": seeded, "rubber_stamp": stamp,
    "kappa_": two_rangers, "mcnemar_exact": exact_mcnemar, "mcnemar_cc": yates, "mcnemar_clustered": by_visit,
    "e_discordant": versions,
}  # fmt: skip
"""By the beginning of the case's name; the first that fits."""


def computed(name: str, told: Told) -> Told:
    """What the product says of one case."""
    return next(way for begins, way in WAYS.items() if name.startswith(begins))(told)
