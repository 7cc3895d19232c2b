//! The groups inside each stratum, and what two groups differ by when like is compared with like.

use super::{
    estimate::Estimate,
    figures::figure_of,
    report::{Strata, Stratum, WithinStrata},
    section::{Context, Groups},
};
use crate::{
    inference::strata::{self, breslow_day, rows_not_compared},
    metrics::{Choice, Kind},
    stats::View,
};

/// Returns the groups inside each stratum by the selection rate, or else the first rate or mean of the request's metrics.
pub(super) fn inside(context: &Context<'_>, groups: &Groups, choices: &[Choice]) -> Option<Strata> {
    if groups.strata.is_empty() {
        return None;
    }
    // Strata are legitimate reasons to decide differently, so decisions are what is shown where there are any.
    let shown = choices.iter().find(|choice| choice.metric().name == "selection_rate").or_else(|| {
        choices.iter().find(|choice| matches!(choice.metric().kind, Kind::Rate(..) | Kind::Mean(_)))
    })?;
    let rows = groups.strata.iter().map(|(name, views)| Stratum {
        name: name.clone(),
        rows: context.size(views.iter().map(|view| view.matrix.total()).sum()).round() as u64,
        figures: views.iter().map(|view| figure_of(context, shown, view)).collect(),
    });
    let layout = context.layout();
    Some(Strata {
        columns: layout.strata.iter().map(|stratum| stratum.name.clone()).collect(),
        metric: shown.to_string(),
        rows: rows.collect(),
        within: within(context, groups, shown),
    })
}

fn within(context: &Context<'_>, groups: &Groups, shown: &Choice) -> Option<WithinStrata> {
    let Kind::Rate(cells, _) = shown.metric().kind else { return None };
    let [first, second] = groups.names.as_slice() else { return None };
    let counts = |view: &View| {
        let rate = cells(view)?;
        match Estimate::rate(rate.hits, rate.of, context.weights()) {
            Ok(Estimate::Rate { k, n, .. }) => Some((k, n)),
            _ => Some((0.0, 0.0)),
        }
    };
    let table = |views: &[View]| {
        let ((k1, n1), (k2, n2)) = (counts(&views[0])?, counts(&views[1])?);
        Some(strata::Stratum { yes1: k1, no1: n1 - k1, yes2: k2, no2: n2 - k2 })
    };
    let tables: Vec<strata::Stratum> =
        groups.strata.iter().map(|(_, views)| table(views)).collect::<Option<_>>()?;
    let pooled = table(&groups.views)?;
    let rate = |yes: f64, no: f64| yes / (yes + no);
    let difference = strata::mantel_haenszel_risk_difference(&tables, context.confidence).ok()?;
    let ratio = strata::mantel_haenszel_risk_ratio(&tables, context.confidence).ok();
    let odds = strata::mantel_haenszel_odds_ratio(&tables, context.confidence).ok();
    let homogeneity = odds.and_then(|odds| breslow_day(&tables, odds.value).ok());
    Some(WithinStrata {
        groups: [first.clone(), second.clone()],
        difference_pooled: rate(pooled.yes1, pooled.no1) - rate(pooled.yes2, pooled.no2),
        difference: difference.value,
        difference_interval: difference.interval,
        ratio: ratio.map(|ratio| ratio.value),
        ratio_interval: ratio.map(|ratio| ratio.interval),
        homogeneity_p: homogeneity.map(|test| test.tarone.p),
        rows_uninformative: rows_not_compared(&tables).round() as u64,
    })
}
